"""Letters that look like Latin ones: what a person reads as "a", whichever script it was taken from.

Of Unicode's many look-alikes (UTS 39) these are the ones that evaders use. They are written in the form in which
folding.py asks: decomposed, without marks, in lower case. Digits stand for themselves: who means "a55" lists it.
"""

from __future__ import annotations

from string import ascii_lowercase

# Cyrillic, Greek, Armenian, Coptic, Cherokee, Lisu, then small capitals and Latin letters with a stroke or a hook.
_ALIKE = {
    "a": "аαⲁᎪꓮᴀɑɐⱥ",
    "b": "вьβᏴꓐʙƀɓƃ",
    "c": "сϲⲥᏟꓚᴄƈȼↄ",
    "d": "ԁᎠꓓᴅđɗɖƌ",
    "e": "еєεⲉᎬꓰᴇəɛǝɇ",
    "f": "ꓝꜰƒϝ",
    "g": "ԍցᏀꓖɢɡǥɠ",
    "h": "нһհⲏᎻꓧʜħɦⱨ",
    "i": "іιⲓᎥꓲɪıɨɩ",
    "j": "јյᎫꓙᴊȷɉ",
    "k": "кκⲕᏦꓗᴋƙⱪ",
    "l": "ӏᏞꓡʟłƚɫⱡ",
    "m": "мⲙᎷꓟᴍɱ",
    "n": "ηոռꓠɴŋɲƞ",
    "o": "оοօⲟꓳᴏøɵɔ",
    "p": "рρⲣᏢꓑᴘƥᵽ",
    "q": "ԛզգɋʠ",
    "r": "гᏒꓣʀɍɽɼ",
    "s": "ѕᏚꓢꜱʂȿ",
    "t": "тτⲧᎢꓔᴛŧƭʈⱦ",
    "u": "υսꓴᴜʉ",
    "v": "νѵᏙꓦᴠʋ",
    "w": "ԝωѡաᎳꓪᴡⱳ",
    "x": "хχⲭꓫ",
    "y": "уγүᎽꓬʏƴɏ",
    "z": "Ꮓꓜᴢƶȥʐɀⱬ",
}
# Alphabets of signs that Unicode does not take for letters: flags, white on black.
_ALPHABETS = (0x1F1E6, 0x1F150, 0x1F170)


def look_alikes() -> dict[int, str]:
    """For `str.translate`."""
    found = {ord(alike): letter for letter, alikes in _ALIKE.items() for alike in alikes}
    for start in _ALPHABETS:
        found |= {start + number: letter for number, letter in enumerate(ascii_lowercase)}
    return found
