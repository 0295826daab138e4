"""The pages of the app; `app.py` lists them."""
