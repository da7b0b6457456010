"""Files in archives, and archives that are none of our business."""

import gzip
import io
import stat
import tarfile
import zipfile

import pytest

from heritage.adapters.harvest import Reader
from heritage.adapters.harvest.limits import ArchiveLimits
from heritage.errors import SourceChanged
from heritage.spec.dataset import DatasetSpec
from register_examples import csv_bytes, description, fetched, good_rows

CSV = csv_bytes(good_rows(3))


def zipped(members, **options):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def read(content, name="list.zip", limits=None, **harvest):
    spec = DatasetSpec.model_validate(description(harvest=harvest))
    return [row for some in Reader(limits).rows(spec, [fetched(name, content)]) for row in some.each()]


def test_the_only_file_of_the_format_is_read():
    rows = read(zipped({"about/README.md": "hello", "data/list.CSV": CSV, "__MACOSX/._list.csv": b"x"}))
    assert [row.cells["nr"] for row in rows] == ["0001", "0002", "0003"]
    assert rows[0].file == "list.zip/data/list.CSV"


def test_a_readme_beside_a_csv_is_no_register():
    assert len(read(zipped({"readme.txt": "hello", "list.csv": CSV}))) == 3


def test_a_member_is_named_by_a_pattern():
    members = {"2025/list_old.csv": b"x", "2026/list.csv": CSV}
    assert len(read(zipped(members), member="list.csv")) == 3
    assert len(read(zipped(members), member="2026/*.csv")) == 3


@pytest.mark.parametrize(
    ("members", "member", "said"),
    [
        (
            {"a.csv": CSV, "b.csv": CSV},
            None,
            r"2 files that ends? in \.csv or .*: a\.csv, b\.csv\. Set harvest\.member",
        ),
        ({"a.pdf": b"x"}, None, r"no file that ends in .*: a\.pdf\."),
        ({"a.csv": CSV}, "list*.csv", r"no file named list\*\.csv: a\.csv\."),
        ({}, None, r"no file .*: it is empty\."),
    ],
)
def test_what_cannot_be_told_is_listed(members, member, said):
    with pytest.raises(SourceChanged, match=rf"^se_demo, list\.zip: .*{said}"):
        read(zipped(members), member=member)


@pytest.mark.parametrize("name", ["../../etc/list.csv", "/etc/list.csv", "a/../../list.csv", "..\\list.csv"])
def test_a_member_that_leads_out_is_refused(name):
    with pytest.raises(SourceChanged, match="leads out of it"):
        read(zipped({name: CSV}))


def test_a_link_in_an_archive_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("list.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(SourceChanged, match=r"leads out of it, 'list\.csv'"):
        read(made.getvalue())


def test_names_are_told_without_what_would_act_on_a_terminal():
    with pytest.raises(SourceChanged, match=r"a\\x1b\[31m\\u202egpj\.txt, b\.txt") as told:
        read(zipped({"a\x1b[31m\u202egpj.txt": CSV, "b.txt": CSV}))
    assert str(told.value).isprintable()


def test_an_archive_in_an_archive_is_refused():
    with pytest.raises(SourceChanged, match=r"list\.csv in the archive is an archive itself"):
        read(zipped({"list.csv": zipped({"list.csv": CSV})}))


def test_a_kmz_is_not_opened_for_ever():
    with pytest.raises(SourceChanged, match=r"no file that ends in \.kml"):
        read(zipped({"a.kmz": zipped({"b.kmz": zipped({"c.kml": b"<kml/>"})})}), protocol="kml")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (
            ArchiveLimits(small_bytes=1000),
            r"unpacks to 3\d{5} bytes or more, \d{3}\.\d times its own size; 200 times are allowed"
            r".* raise HERITAGE_ARCHIVE_RATIO",
        ),
        (
            ArchiveLimits(unpacked_bytes=1000),
            r"3\d{5} bytes or more; 1000 are allowed.* raise HERITAGE_ARCHIVE_UNPACKED_BYTES",
        ),
        (ArchiveLimits(members=2), "holds 3 files; 2 are allowed.* raise HERITAGE_ARCHIVE_MEMBERS"),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(limits, said):
    members = {f"{n}.csv": bytes(100_000) for n in range(3)}
    with pytest.raises(SourceChanged, match=said):
        read(zipped(members), limits=limits)


def test_a_bomb_that_lies_about_its_size_is_refused():
    content = bytearray(zipped({"list.csv": CSV * 10_000}))
    size = (len(CSV) * 10_000).to_bytes(4, "little")
    assert content.count(size) == 2
    with pytest.raises(SourceChanged, match="cannot be unpacked"):
        read(bytes(content).replace(size, (100).to_bytes(4, "little")))


def test_an_encrypted_member_is_refused():
    content = bytearray(zipped({"list.csv": CSV}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SourceChanged, match=r"list\.csv in the archive is encrypted"):
        read(bytes(content))


@pytest.mark.parametrize("cut", [30, 200, -30])
def test_a_damaged_archive_is_told(cut):
    with pytest.raises(SourceChanged, match="cannot be unpacked"):
        read(zipped({"list.csv": CSV})[:cut])


def test_a_damaged_member_is_told():
    content = bytearray(zipped({"list.csv": CSV}))
    content[60] ^= 0xFF
    with pytest.raises(SourceChanged, match="cannot be unpacked"):
        read(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_member_is_told_however_it_is_packed(method):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("list.csv", CSV)
    content = bytearray(made.getvalue())
    content[60] ^= 0xFF
    with pytest.raises(SourceChanged, match="cannot be unpacked"):
        read(bytes(content))


def test_gzip_is_unpacked():
    rows = read(gzip.compress(CSV), name="list.csv.gz")
    assert (len(rows), rows[0].file) == (3, "list.csv")
    assert len(read(gzip.compress(zipped({"list.csv": CSV})), name="list.zip.gz")) == 3


def test_a_gzip_bomb_is_refused():
    with pytest.raises(SourceChanged, match="unpacks to more than"):
        read(gzip.compress(bytes(5 << 20)), name="list.csv.gz", limits=ArchiveLimits(small_bytes=1 << 20))


@pytest.mark.parametrize("damage", [lambda packed: packed[:50], lambda packed: packed[:20] + b"x" * 50])
def test_damaged_gzip_is_told(damage):
    with pytest.raises(SourceChanged, match="cannot be unpacked"):
        read(damage(gzip.compress(CSV)), name="list.csv.gz")


def test_a_tar_archive_is_told():
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        member = tarfile.TarInfo("list.csv")
        member.size = len(CSV)
        archive.addfile(member, io.BytesIO(CSV))
    with pytest.raises(SourceChanged, match="It is a tar archive"):
        read(made.getvalue(), name="list.tar.gz")
