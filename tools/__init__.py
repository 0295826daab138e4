"""Programs for those who work on the project: building data, measuring speed and accuracy."""
