"""The texts that scripts show, in the viewer's language."""
