"""Which texts tell where a place is, in the notations and words of registers, maps and finders."""

import pytest

from heritage.disclosure.telling import tells_place

TELLING = [
    "Mound at 53.75716, -1.67751",
    "Find 53°45'25\"N",
    "57 12 33 N, 18 21 45 E",
    "57º12'33''",
    "N57 12.345 E018 12.345",
    "57d12m33s",
    "571233N 0182145E",
    "57.12N 18.23E",
    "57,12345",
    "lat 57.12 long 18.23",
    "https://reg.example/?lat=57&lon=18",
    "https://map.example/@57.1,18.2,17z",
    "https://map.example/#map=17/57.1/18.2",
    "geo:57.1,18.2",
    "!3d57.1!4d18.2",
    "57.123%2C18.456",
    "E 654321 N 6412345",
    "X=654321, Y=6412345",
    "654 321, 6 412 345",
    "33V 654321 6412345",
    "33VWF1234567890",
    "33V WF 12345 67890",
    "SWEREF 99 TM 6412345",
    "SU 12 34",
    "SE214291",
    "SE 21429 29145",
    "T 123 456",
    "9C5WQ82F+VX",
    "9c5wq82f+vx",
    "Q82F+VX Leeds",
    "///filled.count.soap",
    "https://w3w.co/filled.count.soap",
    "geohash u6sce0123",
    "５７．１２３４５",
    "٥٧٫١٢٣٤٥",
    "57.12\u200b345",
    "Cave 300 m N of the church of X",
    "Bowl barrow 350m north west of Manor Farm",
    "Cairn 0.5 km from Foo",
    "Mound ½ mile south of Bar",
    "Hut circles 550m NNE of Tor",
    "Gravfält 200 m NV om Skara kyrka",
    "Höhle 400 m südlich von Dorf",
    "Grotte à 300 m au nord de l'église",
    "Cueva a 200 m de la iglesia",
    "Grotta 300 metri a nord di X",
    "Rösen 100 m öster om bron",
    "Курган в 300 м к северу от села",
    "Long barrow adjacent to Manor Farm",
    "Cave behind the chapel",
    "Long barrow north of Manor Farm",
    "Round barrow near Lodge Farm",
    "House at 1234 Elm Street",
    "Haus Hauptstraße 12",
    "12 rue de la Paix",
    "Calle Mayor, 12",
    "Storgatan 5",
    "Via Roma 3",
]
SILENT = [
    "Memorial 1914-1918 (1921)",
    "Church of St Mary",
    "RAÄ Visby 12:1",
    "L1970:1234",
    "Sb. 010203-12",
    "List entry 1002345",
    "12.05.1890 - 13.06.1891",
    "Bell barrow, 30 m in diameter",
    "Wall 3.5 m x 4.5 m",
    "Grade II*; 18th century",
    "Q12345678",
    "North Cadbury Castle",
    "Neustadt bei Coburg",
    "Nordkirchen",
    "Temple of the North",
    "Notre-Dame de Paris",
    "Hill of Tara",
    "Smith's of London",
    "San Esteban de Gormaz",
    "A - Immediate risk of further rapid deterioration or loss of fabric; no solution agreed",
    "Near collapse",
    'At risk (high confidence): listed since 2013 (UNESCO, "Y 2013", seen 2026-11-01); until 2027-11-01.',
    "Unknown: no source speaks of it, which does not mean that it is safe.",
]


@pytest.mark.parametrize("text", TELLING)
def test_figures_of_a_place_and_words_on_how_it_lies_tell_it(text: str) -> None:
    assert tells_place(text, None)


@pytest.mark.parametrize("text", SILENT)
def test_years_ids_measures_and_names_do_not(text: str) -> None:
    assert not tells_place(text, None)


def test_a_street_of_the_address_is_told_by_its_name_alone() -> None:
    address = "12 Chapel Lane, Church of St Mary, 22525 Hamburg"
    assert tells_place("Chapel Lane Cottage", address)
    assert tells_place("Haus in der Hauptstraße", "Hauptstr. 12; Hauptstraße 14")
    for name in ("Church of St Mary", "Castle of Hamburg", "The Cottage in the Lane"):
        assert not tells_place(name, address)


def test_an_area_that_is_withheld_stands_in_no_text() -> None:
    assert tells_place("Church of Ödby", None, "Ödby")
    assert not tells_place("Church of Ödbyholm", None, "Ödby")
    assert not tells_place("Church of Ödby", None, None)
