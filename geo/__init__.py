"""From news articles on political violence in Balochistan to attributed incidents on a map; see DESIGN in README.md."""
