"""Is a study fit to be run? Everything that can be known before a participant sits down."""
