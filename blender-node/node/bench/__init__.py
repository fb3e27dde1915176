"""Tools of the build tree: measuring, stills by each renderer, contact sheets."""
