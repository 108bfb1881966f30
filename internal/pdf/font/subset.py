#!/usr/bin/python3
"""Makes the two fonts of this folder from Debian's fonts-noto-core (python3-fonttools).

Keeps the Latin letters, punctuation and currency signs that letters need, and
gives U+25A1 the outline of .notdef: it stands for a character that has no glyph.
The same ranges are written in ../text.go; a test compares both.
"""
from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = "/usr/share/fonts/truetype/noto/"
RANGES = [
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x17F), (0x1A0, 0x1A1), (0x1AF, 0x1B0),
    (0x218, 0x21B), (0x1E9E, 0x1EF9), (0x2010, 0x2015), (0x2018, 0x201E),
    (0x2020, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033),
    (0x2039, 0x203A), (0x2044, 0x2044), (0x20AC, 0x20AC), (0x2116, 0x2116),
    (0x2122, 0x2122),
]

for name in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"],
        drop_tables=["GSUB", "GPOS", "GDEF", "STAT", "gasp"], recalc_timestamp=False,
    )
    font = TTFont(SOURCE + name)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for a, b in RANGES for c in range(a, b + 1)])
    subsetter.subset(font)
    for table in font["cmap"].tables:
        table.cmap[0x25A1] = ".notdef"
    font.save(name)
