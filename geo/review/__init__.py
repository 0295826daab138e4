"""Between extraction and what is shown or stored: incidents as a text tells them, with a person's corrections.

A correction is a replacement claim with origin `review:<name>`; the machine's reading stays beside it, and everything
can be undone. `proposal` holds the nouns, `correct` makes the replacement claims, `show` the incident that results.
A stored report is decided about in `decide`, each time as one change (`desk`); `queue` holds what waits.
"""
