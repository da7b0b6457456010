"""The catalogue of what can be found about an edit before it is sent.

Where OpenRefine checks the same, the code is the one it uses, so that people know it and its help applies
(https://openrefine.org/docs/manual/wikibase/quality-assurance). Codes that nothing of ours can raise are left
out: we send no quantities, delete no statements, and files are checked where they are uploaded.
"""

from enum import StrEnum


class FindingCode(StrEnum):
    """Every code, with what it weighs where a constraint does not say otherwise, what it means and what to
    do (the page of codes is generated from this)."""

    weight: str
    meaning: str
    remedy: str

    def __new__(cls, value: str, weight: str, meaning: str, remedy: str) -> "FindingCode":
        member = str.__new__(cls, value)
        member._value_ = value
        member.weight = weight
        member.meaning = meaning
        member.remedy = remedy
        return member

    # New items
    NEW_ITEM = (
        "new-item-created",
        "info",
        "A new item would be made.",
        "Nothing; look through a few to see that they are notable and do not exist yet.",
    )
    NEW_WITHOUT_NAME = (
        "new-item-without-labels-or-aliases",
        "critical",
        "A new item would have no name.",
        "Map a column of names (record.name) with its language; without one the record gets no item.",
    )
    NEW_WITHOUT_DESCRIPTION = (
        "new-item-without-descriptions",
        "warning",
        "A new item would have no description.",
        "Write what its things are, by language, under item.description.",
    )
    NEW_WITHOUT_CLASS = (
        "new-item-without-instance-of-or-subclass-of",
        "warning",
        "A new item would not say what it is (P31).",
        "Set item.class, or map the register's terms under item.classes.",
    )
    SAME_NAME_AND_DESCRIPTION = (
        "duplicate-label-and-description",
        "critical",
        "Two items would have the same name and description in one language; the wiki refuses the second.",
        "Map record.municipality, which is put into descriptions, or tell the two records apart by hand.",
    )
    # Values
    FORMAT = (
        "add-statements-with-invalid-format",
        "important",
        "The value is not written as the property demands.",
        "Compare the column with the property's page; cut off what does not belong (strip, extract).",
    )
    FORBIDDEN_VALUE = (
        "forbidden-value",
        "important",
        "The property does not allow this item as its value.",
        "Map the register's term to one of the items that the property's page lists.",
    )
    VALUE_TYPE = (
        "value-of-wrong-type",
        "important",
        "The item that is the value is not of a class that the property wants.",
        "Look at the item: the wrong one of two namesakes may have been mapped.",
    )
    OUT_OF_RANGE = (
        "value-out-of-range",
        "important",
        "The date lies outside what the property allows.",
        "Look at the row in the capture: a year may be mistyped.",
    )
    EARLY_GREGORIAN = (
        "early-gregorian-date",
        "warning",
        "A date before October 1582 is given in the Gregorian calendar, to the month or day.",
        "Nothing: only its year is sent, because the register does not say which calendar it means.",
    )
    SELF_REFERENTIAL = (
        "self-referential-statements",
        "warning",
        "The item would point at itself.",
        "Look at the mapped item; it is usually the wrong one.",
    )
    DOUBLE_SPACE = (
        "duplicate-whitespace",
        "warning",
        "A text has two spaces in a row.",
        "Correct it at the register; the wiki keeps it as it is.",
    )
    NOT_PRINTABLE = (
        "non-printable-characters",
        "warning",
        "A text has characters that cannot be seen.",
        "Correct it at the register, or strip them (strip).",
    )
    NOT_SENDABLE = (
        "value-not-sendable",
        "important",
        "The value is left out: the wiki would refuse it, or take it although it is wrong.",
        "Look at the row in the capture, and tell the publisher.",
    )
    STORED_OTHERWISE = (
        "stored-unlike-sent",
        "info",
        "The register writes the text in a form that the wiki changes (NFC, outer spaces, line breaks).",
        "Nothing: it is sent in the form that the wiki keeps.",
    )
    # Properties
    SINGLE_VALUE = (
        "single-valued-property-added-more-than-once",
        "warning",
        "The item would have two values of a property that should have one.",
        "Look which is right; a person must decide on the other.",
    )
    NOT_DISTINCT = (
        "identical-values-for-distinct-valued-property",
        "important",
        "Another item has, or would get, the same value of a property whose values are unique.",
        "Look at both items: one of the matches is wrong, or the items should be merged.",
    )
    MULTI_VALUE_NEW = (
        "multi-valued-property-is-required-for-new-item",
        "warning",
        "A new item would have one value of a property that should have several.",
        "Look whether the register knows the others.",
    )
    MULTI_VALUE = (
        "multi-valued-property-is-required-for-existing-item",
        "info",
        "The item would have one value of a property that should have several.",
        "Nothing, unless the register knows the others.",
    )
    CONFLICTS_WITH = (
        "having-conflicts-with-statements",
        "warning",
        "The property does not go with another statement of the item.",
        "Look whether the match is right: often the item is another thing (a district, a person).",
    )
    NEW_REQUIRES = (
        "new-item-requires-certain-other-statement",
        "warning",
        "The property wants another statement that the new item would not have.",
        "Map the column that says it, if the register knows.",
    )
    NEW_REQUIRES_VALUES = (
        "new-item-requires-property-to-have-certain-values",
        "warning",
        "The property wants another statement to have one of certain values; the new item has none of them.",
        "Map the register's terms to those values.",
    )
    NEW_REQUIRES_VALUE = (
        "new-item-requires-property-to-have-certain-values-with-suggested-value",
        "warning",
        "The property wants another statement to have one certain value, and on the new item it has not.",
        "Map it to that value.",
    )
    REQUIRES = (
        "existing-item-requires-certain-other-statement",
        "info",
        "The property wants another statement that the item does not have.",
        "Nothing has to be done; somebody who knows may add it.",
    )
    REQUIRES_VALUES = (
        "existing-item-requires-property-to-have-certain-values",
        "info",
        "The property wants another statement of the item to have one of certain values.",
        "Nothing has to be done; look whether the match is right.",
    )
    REQUIRES_VALUE = (
        "existing-item-requires-property-to-have-certain-values-with-suggested-value",
        "info",
        "The property wants another statement of the item to have one certain value.",
        "Nothing has to be done; look whether the match is right.",
    )
    SUBJECT_TYPE = (
        "item-of-wrong-type",
        "important",
        "The property does not belong on things of the item's class.",
        "Look whether the match is right: the item may be a namesake of another kind.",
    )
    ENTITY_TYPE = (
        "invalid-entity-type",
        "warning",
        "The property is not meant for items.",
        "Do not map it; ask on the property's talk page.",
    )
    NO_INVERSE = (
        "missing-inverse-statements",
        "important",
        "The item that is the value should point back, and does not.",
        "Add the statement there by hand.",
    )
    DIFFERENCE = (
        "difference-of-the-properties-is-not-within-the-specified-range",
        "warning",
        "Two dates of the item lie further apart, or the other way round, than can be.",
        "Look which of the two is wrong.",
    )
    # Where a property stands, and what stands beside it
    AS_STATEMENT = (
        "property-found-in-mainsnak",
        "important",
        "The property is not meant for statements.",
        "Do not map it as one.",
    )
    AS_QUALIFIER = (
        "property-found-in-qualifier",
        "important",
        "The property is not meant for qualifiers.",
        "Tell the maintainers of Heritage Guard: it chooses the qualifiers.",
    )
    AS_REFERENCE = (
        "property-found-in-reference",
        "important",
        "The property is not meant for references.",
        "Give the register's own addresses (record.url), which are used instead of the identifier.",
    )
    QUALIFIER_MISSING = (
        "missing-mandatory-qualifiers",
        "warning",
        "The property wants a qualifier that the statement would not have.",
        "Map the column that says it, if the register knows.",
    )
    QUALIFIER_NOT_ALLOWED = (
        "disallowed-qualifiers",
        "warning",
        "The property does not take this qualifier.",
        "Tell the maintainers of Heritage Guard: it chooses the qualifiers.",
    )
    QUALIFIER_VALUE = (
        "values-should-not-be-used-as-qualifier",
        "warning",
        "The qualifier does not take this value on this property.",
        "Map the register's term to one of the items that the property's page lists.",
    )
    UNSOURCED = (
        "unsourced-statements",
        "warning",
        "A statement has no reference.",
        "Map record.url, or name the register's property and item.",
    )
    CITATION_NEEDED = (
        "no-references-provided",
        "important",
        "The property wants a reference, and the statement has none.",
        "Map record.url, or name the register's property and item.",
    )
    # Names and descriptions
    LABEL_TOO_LONG = (
        "label-too-long",
        "critical",
        "A name is longer than the wiki takes.",
        "Map a column of short names, or cut the name (extract).",
    )
    DESCRIPTION_TOO_LONG = (
        "item-description-too-long",
        "critical",
        "A description is longer than the wiki takes.",
        "Shorten item.description.",
    )
    DESCRIPTION_IS_LABEL = (
        "description-identical-with-label",
        "warning",
        "A description says the same as a name.",
        "Write what the things are under item.description.",
    )
    DESCRIPTION_PUNCTUATION = (
        "item-description-end-by-punctuation-sign",
        "warning",
        "An English description ends with a punctuation mark.",
        "Take it away in item.description.",
    )
    DESCRIPTION_UPPERCASE = (
        "item-description-begin-with-uppercase",
        "info",
        "An English description begins with a capital.",
        "Begin item.description with a small letter, unless it is a proper name.",
    )
    DESCRIPTION_ARTICLE = (
        "item-description-begin-with-article",
        "warning",
        "An English description begins with an article.",
        "Take it away in item.description.",
    )
    LABEL_IN_LANGUAGE = (
        "label-in-language-missing",
        "info",
        "The property wants the item to have a name in a certain language.",
        "Map a column of names in that language, if the register has one.",
    )
    DESCRIPTION_IN_LANGUAGE = (
        "description-in-language-missing",
        "info",
        "The property wants the item to have a description in a certain language.",
        "Write it under item.description; on an item that exists we add none.",
    )
    # The whole
    NOTHING_TO_SEND = (
        "no-edit-generated",
        "info",
        "Nothing would be sent.",
        "Nothing if all stands there already; else look at the conflicts and at the matches in doubt.",
    )


BY_CODE = {code.value: code for code in FindingCode}
