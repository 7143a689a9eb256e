"""Files of a cache: whole or not there, bounded, and never an error."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from specdsl.apps.cache import store as module
from specdsl.apps.cache.folder import cache_folder
from specdsl.apps.cache.store import FolderStore

KEYS = [sha256(bytes([i])).hexdigest() for i in range(6)]
BODY = b'{"a":1}\n{"b":2}'


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "specdsl" / "check")


def names(store: FolderStore) -> set[str]:
    return {path.name for path in store.folder.iterdir()}


def test_what_was_written_is_read(store: FolderStore) -> None:
    assert store.read(KEYS[0]) is None
    store.write(KEYS[0], BODY)
    store.write(KEYS[1], b"")
    assert store.read(KEYS[0]) == BODY
    assert store.read(KEYS[1]) == b""
    assert names(store) == {f"{key}.json" for key in KEYS[:2]}
    store.write(KEYS[0], b"other")
    assert store.read(KEYS[0]) == b"other"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_others_cannot_read_it(store: FolderStore) -> None:
    store.write(KEYS[0], BODY)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((store.folder / f"{KEYS[0]}.json").stat().st_mode) == 0o600


def test_a_file_with_any_byte_changed_cut_or_added_is_no_entry(store: FolderStore) -> None:
    store.write(KEYS[0], BODY)
    path = store.folder / f"{KEYS[0]}.json"
    whole = path.read_bytes()
    for i in range(len(whole)):
        for bad in (whole[:i], whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :], whole + b"\n"):
            path.write_bytes(bad)
            assert store.read(KEYS[0]) is None
    path.write_bytes(whole)
    assert store.read(KEYS[0]) == BODY


def test_an_entry_under_another_key_is_none(store: FolderStore) -> None:
    store.write(KEYS[0], BODY)
    os.rename(store.folder / f"{KEYS[0]}.json", store.folder / f"{KEYS[1]}.json")
    assert store.read(KEYS[1]) is None


def test_what_is_too_large_is_neither_written_nor_read(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(KEYS[0], BODY)
    size = (store.folder / f"{KEYS[0]}.json").stat().st_size
    monkeypatch.setattr(module, "MAX_IN_ENTRY", size)
    assert store.read(KEYS[0]) == BODY
    store.write(KEYS[1], BODY + b" ")
    assert names(store) == {f"{KEYS[0]}.json"}
    monkeypatch.setattr(module, "MAX_IN_ENTRY", size - 1)
    assert store.read(KEYS[0]) is None


def test_what_is_no_file_is_no_entry(store: FolderStore) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / f"{KEYS[0]}.json").mkdir()
    store.write(KEYS[0], BODY)
    assert store.read(KEYS[0]) is None
    if hasattr(os, "mkfifo"):  # which nobody writes to
        os.mkfifo(store.folder / f"{KEYS[1]}.json")
        assert store.read(KEYS[1]) is None
    assert not [name for name in names(store) if name.startswith("new-")]


def test_where_nothing_can_be_written_there_is_no_entry(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "check"):
        FolderStore(place).write(KEYS[0], BODY)
        assert FolderStore(place).read(KEYS[0]) is None
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_write_that_fails_leaves_what_was_there(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(KEYS[0], BODY)

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("specdsl.apps.cache.store.os.replace", fail)
    store.write(KEYS[0], b"other")
    assert store.read(KEYS[0]) == BODY
    assert names(store) == {f"{KEYS[0]}.json"}


def test_what_was_not_used_for_longest_goes_first(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(KEYS[0], BODY)
    size = (store.folder / f"{KEYS[0]}.json").stat().st_size
    monkeypatch.setattr(module, "MAX_IN_ALL", 3 * size)
    for key in KEYS[1:3]:
        store.write(key, BODY)
    (store.folder / "notes.txt").write_bytes(b" " * 10 * size)  # somebody else's
    left_behind = store.folder / "new-abc.tmp"
    left_behind.write_bytes(b"half")
    for age, path in enumerate([left_behind, *(store.folder / f"{k}.json" for k in KEYS[:3])]):
        os.utime(path, (1000 + age, 1000 + age))
    assert store.read(KEYS[0]) == BODY  # used now
    store.write(KEYS[3], BODY)
    assert names(store) == {"notes.txt", *(f"{KEYS[i]}.json" for i in (0, 2, 3))}


HOME = Path.home()
LINUX = sys.platform == "linux"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"SPECDSL_CACHE_DIR": "here"}, Path("here")),
        ({"SPECDSL_CACHE": "1", "SPECDSL_CACHE_DIR": "/x"}, Path("/x")),
        ({"SPECDSL_CACHE": "0", "SPECDSL_CACHE_DIR": "/x"}, None),
        ({"SPECDSL_CACHE": "0"}, None),
        *(
            [
                ({}, HOME / ".cache" / "specdsl"),
                ({"SPECDSL_CACHE_DIR": ""}, HOME / ".cache" / "specdsl"),
                ({"XDG_CACHE_HOME": "/caches"}, Path("/caches/specdsl")),
                ({"XDG_CACHE_HOME": ""}, HOME / ".cache" / "specdsl"),
            ]
            if LINUX
            else []
        ),
    ],
)
def test_the_folder_is_where_the_platform_wants_it(
    environment: dict[str, str], expected: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SPECDSL_CACHE", "SPECDSL_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == expected


@pytest.mark.parametrize("home", ["", "there", "~", "."])
def test_no_cache_is_ever_made_in_the_folder_of_the_call(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative home or cache folder of the environment, or none, is not followed."""
    monkeypatch.delenv("SPECDSL_CACHE", raising=False)
    monkeypatch.delenv("SPECDSL_CACHE_DIR", raising=False)
    for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, home)
    found = cache_folder()
    assert found is None or found.is_absolute()


@pytest.mark.skipif(not LINUX or os.geteuid() != 0, reason="only root can be another user")
def test_who_has_no_home_has_no_cache() -> None:
    code = (
        "import os, platformdirs; from specdsl.apps.cache.folder import cache_folder;"
        "os.setuid(54321); print(cache_folder())"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout == "None\n"
