"""Board files: metrics and boards as data, read strictly, with every fault named."""
