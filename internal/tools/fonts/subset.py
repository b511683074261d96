#!/usr/bin/python3
"""Cuts the poster fonts out of their full releases.

    subset.py NotoSansSC_400Regular.ttf NotoSansSC_700Bold.ttf LXGWWenKai-Regular.ttf assets/fonts

Needs fonttools 4.38. The same inputs give the same bytes: no time is written.
Regular and bold keep the characters of GBK and of the planes above (which
holds the General Standard Chinese Characters of 2013); bold keeps GB 2312 and
those planes. The third font fills in what the first lacks, under a new name,
as its licence reserves the old one.
"""
import gzip
import io
import sys

from fontTools import subset
from fontTools.ttLib import TTFont


def double_byte(codec, lead, trail):
    found = set()
    for a in lead:
        for b in trail:
            try:
                found.add(ord(bytes([a, b]).decode(codec)))
            except (UnicodeDecodeError, TypeError):
                pass
    return found


LATIN = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x2010, 0x2027)) | {0x2030, 0x20AC, 0x2116}
GBK = double_byte("gbk", range(0x81, 0xFF), range(0x40, 0xFF)) | LATIN
GB2312 = double_byte("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)) | LATIN


def han(c):
    return 0x3400 <= c < 0xA000 or c >= 0x20000


def cut(path, keep, out, rename=None):
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG", "meta"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.recalc_timestamp = False
    options.notdef_outline = True
    options.glyph_names = False
    font = subset.load_font(path, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=keep)
    cutter.subset(font)
    if rename:
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6):
                record.string = rename.replace(" ", "") if record.nameID in (3, 6) else rename
    buf = io.BytesIO()
    subset.save_font(font, buf, options)
    with open(out, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(buf.getvalue())
    print(out, len(font.getBestCmap()), "characters", len(buf.getvalue()), "bytes")
    return set(font.getBestCmap())


def main(regular, bold, spare, folder):
    above = {c for c in TTFont(regular).getBestCmap() if c > 0xFFFF}
    have = cut(regular, GBK | above, folder + "/NotoSansSC-Regular.ttf.gz")
    cut(bold, GB2312 | above, folder + "/NotoSansSC-Bold.ttf.gz")
    more = {c for c in TTFont(spare).getBestCmap() if han(c)} - have
    cut(spare, more, folder + "/FangxinRareKai.ttf.gz", "Fangxin Rare Kai")


if __name__ == "__main__":
    main(*sys.argv[1:])
