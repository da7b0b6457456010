"""A real MediaWiki with uploads, on loopback: Debian's package, run by PHP's own server on SQLite."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from heritage.adapters.commons.wiki import PywikibotCommons
from heritage.adapters.wikibase.embedding import WikiAccess

collect_ignore = ["media_worker.py"]  # a program, not tests
INSTALLED = Path("/usr/share/mediawiki")
BOT = "HeritageBot"
_SETTINGS = """
$wgEnableUploads = true;
$wgUploadDirectory = '{files}';
$wgFileExtensions = ['png', 'jpg', 'jpeg', 'tif', 'gif', 'webp'];
$wgUseImageMagick = false;
$wgJobRunRate = 0;
$wgGroupPermissions['bot']['upload'] = true;
$wgGroupPermissions['user']['reupload'] = file_exists('{may_overwrite}');
$wgRateLimits = [];
$wgShowExceptionDetails = true;
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "commons" in Path(str(item.fspath)).parts:
            item.add_marker(pytest.mark.mediawiki)


@dataclass(frozen=True)
class RealWiki:
    """`run` gives what a maintenance script prints."""

    api: str
    password: str
    folder: Path
    environment: dict[str, str]

    @contextmanager
    def overwriting(self) -> Iterator[None]:
        """Meanwhile the account may overwrite files, and is warned instead of refused."""
        mark = self.folder / "may-overwrite"
        mark.touch()
        try:
            yield
        finally:
            mark.unlink()

    def open(self, api: str = "", timeout: float = 60, chunk: int = 4096) -> PywikibotCommons:
        access = WikiAccess(
            api or self.api,
            "tests@example.org",
            f"{BOT}@media",
            self.password,
            timeout=timeout,
            patience=0.1,
            stop_page=f"User:{BOT}/stop",
        )
        return PywikibotCommons(access, chunk_bytes=chunk)

    def run(self, script: str, *arguments: str, text: str = "") -> str:
        done = subprocess.run(
            ["php", str(INSTALLED / "maintenance" / script), *arguments],
            input=text, env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def real_wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWiki]:
    """The wiki with one bot account; it is installed anew for every run of the tests."""
    if not (INSTALLED / "api.php").exists() or shutil.which("php") is None:
        pytest.skip(
            "MediaWiki is missing (Debian: apt install --no-install-recommends mediawiki webfs php-cli "
            "php-cgi php-sqlite3)"
        )
    folder = tmp_path_factory.mktemp("mediawiki")
    for name in ("www", "data", "files"):
        (folder / name).mkdir()
    (folder / "www" / "w").symlink_to(INSTALLED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, settings = f"http://127.0.0.1:{port}", folder / "LocalSettings.php"
    environment = {"PATH": os.environ["PATH"], "MW_CONFIG_FILE": str(settings), "PHP_CLI_SERVER_WORKERS": "3"}
    wiki = RealWiki(f"{address}/w/api.php", secrets.token_hex(16), folder, environment)
    wiki.run(
        "install.php", "--dbtype=sqlite", "--dbname=wiki", f"--dbpath={folder / 'data'}",
        f"--confpath={folder}", "--scriptpath=/w", f"--server={address}",
        "--pass", secrets.token_hex(16), "Files", "Admin",
    )  # fmt: skip
    with settings.open("a", encoding="utf-8") as file:
        file.write(_SETTINGS.format(files=folder / "files", may_overwrite=folder / "may-overwrite"))
    grants = "basic,highvolume,editpage,createeditmovepage,uploadfile,uploadeditmovefile"
    wiki.run("createAndPromote.php", "--custom-groups=bot", BOT, secrets.token_hex(16))
    wiki.run("createBotPassword.php", "--appid=media", f"--grants={grants}", BOT, wiki.password)
    limits = ("upload_max_filesize=64M", "post_max_size=64M", "opcache.enable=1", "opcache.enable_cli=1")
    command = [
        "php",
        *(part for one in limits for part in ("-d", one)),
        "-S",
        f"127.0.0.1:{port}",
        "-t",
        "www",
    ]
    with (folder / "php.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(wiki.api)
        yield wiki
    finally:
        os.killpg(server.pid, 15)  # its workers, too; the group is ours alone
        server.wait(10)


def _wait(api: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urlopen(f"{api}?action=query&meta=siteinfo&format=json", timeout=60) as answer:
                answer.read()
            return
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
