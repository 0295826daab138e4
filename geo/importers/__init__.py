"""Step 7 for rows of data sets: a file of UCDP, ACLED, GTD or any other -> documents, mentions and claims in the store.

A reader (`geo.importers.ucdp` ...) turns each line into a `Row` or a `BadRow` (`geo.importers.rows`); what a row says
becomes claims whose speaker is the data set (`geo.importers.make`), and `geo.importers.load` stores them in one change.
"""
