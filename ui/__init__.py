"""The Streamlit side: widgets collect a query, `geo` computes, pages show. Nothing in `geo/` imports this."""
