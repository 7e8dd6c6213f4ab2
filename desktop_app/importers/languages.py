"""Languages as files name them ("English", "en", "en-GB", "eng") as ISO 639-2/B codes."""

_CODES = {
    code: (name, short, *others)
    for code, name, short, *others in (
        ("ara", "arabic", "ar"),
        ("bul", "bulgarian", "bg"),
        ("chi", "chinese", "zh", "zho", "mandarin"),
        ("cze", "czech", "cs", "ces"),
        ("dan", "danish", "da"),
        ("dut", "dutch", "nl", "nld"),
        ("eng", "english", "en", "american", "british", "usenglish", "ukenglish"),
        ("fin", "finnish", "fi"),
        ("fre", "french", "fr", "fra"),
        ("ger", "german", "de", "deu", "ngerman"),
        ("gre", "greek", "el", "ell"),
        ("heb", "hebrew", "he"),
        ("hun", "hungarian", "hu"),
        ("ita", "italian", "it"),
        ("jpn", "japanese", "ja", "jp"),
        ("kor", "korean", "ko"),
        ("nor", "norwegian", "no"),
        ("per", "persian", "fa", "fas", "farsi"),
        ("pol", "polish", "pl"),
        ("por", "portuguese", "pt", "brazilian"),
        ("rum", "romanian", "ro", "ron"),
        ("rus", "russian", "ru"),
        ("spa", "spanish", "es"),
        ("swe", "swedish", "sv"),
        ("tur", "turkish", "tr"),
        ("ukr", "ukrainian", "uk"),
    )
}
_BY_NAME = {name: code for code, names in _CODES.items() for name in (code, *names)}


def language_code(text: str) -> str:
    """The ISO 639-2/B code of a language, or "" when the name is not known."""
    name = text.strip().lower()
    return _BY_NAME.get(name) or _BY_NAME.get(name.partition("-")[0].partition("_")[0], "")
