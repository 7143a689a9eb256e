"""A spec as pages that the public can read: a folder of static files, without network or need of
scripts.

What authors wrote is text of others: templates escape it, Markdown in it is limited to emphasis,
code and links, and links lead to web addresses only.
"""
