"""How the window looks: colours, fonts, icons, and the one style sheet made from them."""
