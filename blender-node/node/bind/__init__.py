"""Which coefficient moves what in a character: names, mappings, the rig."""
