"""How a screen looks: laid out and painted by pure functions, from the font that Vantage ships, without a display."""
