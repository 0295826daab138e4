"""One module per step; `geo.store.schema.REVISIONS` lists them in order."""
