"""Checks of a published folder: `python -m tests.site FOLDER`.

What a parser can tell (links, anchors, nothing inline, nothing from elsewhere) needs Python alone.
The rest is tried in headless Chromium, in light and dark, on a desk and on a phone: no request
leaves the folder, no script fails, axe-core finds nothing serious, no page is wider than the
screen, the search finds, and the text is there with scripts off.
"""
