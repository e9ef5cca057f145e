"""Pictures of the record: a state by its sides, a whole timeline, and the band of events, as SVG and PNG.

Pure functions of values: nothing here reads a store or knows of a request. A picture is a string
of SVG that stands alone, without script, style sheet or reference to anything outside itself.
"""
