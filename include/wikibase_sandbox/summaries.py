"""Edit summaries: the machine-readable comment a Wikibase puts before the words of the editor."""

from wikibase_sandbox.types import Json

LIMIT = 260


def compose(autocomment: str, summary: str) -> str:
    """Return the stored comment; a Wikibase cuts it at 260 characters."""
    text = f"/* {autocomment} */ {summary}".rstrip()
    return text if len(text) <= LIMIT else text[: LIMIT - 3] + "..."


def for_edit(data: Json, *, new: bool, clear: bool, kind: str) -> str:
    """Return the autocomment of wbeditentity: which part was touched, if it was only one."""
    if new:
        return f"wbeditentity-create-{kind}:0|"
    if clear:
        return "wbeditentity-override:0|"
    touched = {key for key in ("labels", "descriptions", "aliases") if data.get(key)}
    others = {key for key in ("claims", "sitelinks") if data.get(key)}
    if touched and not others and all(isinstance(data[key], dict) for key in touched):
        languages = sorted({str(code) for key in touched for code in data[key]})
        return f"wbeditentity-update-languages-short:0||{', '.join(languages)}"
    return "wbeditentity-update:0|"
