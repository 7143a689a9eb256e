"""Pictures of the priority graph: boxes of rules in bands of levels, as SVG, DOT, Mermaid, text."""
