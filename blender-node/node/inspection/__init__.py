"""What a person looks at: what a character can do, sheets and stills of it."""
