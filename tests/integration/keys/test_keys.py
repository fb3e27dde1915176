"""effigy keys: the files, and what is said when they are not as they should be."""

import stat

import pytest
from keyrings import key_of, keys, make_machines

KEY = "0123456789abcdef" * 4


def mode(path):
    """Its permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_for_their_owner_alone(effigy, tmp_path):
    folder = tmp_path / "some where" / "keys"
    made = effigy("keys", "new", EFFIGY_KEYS=str(folder)).stdout
    assert made == effigy("keys", "show", EFFIGY_KEYS=str(folder)).stdout
    assert len(made.strip()) == 64
    effigy("keys", "allow", "box", KEY, EFFIGY_KEYS=str(folder))
    assert mode(folder) == mode(folder / "allowed") == 0o700
    for name in ("own.key", "own.key_secret", "allowed/box.key"):
        assert mode(folder / name) == 0o600, name


def test_a_second_pair_does_not_replace_the_first(tmp_path):
    keys(tmp_path / "keys", "--new")
    before = key_of(tmp_path / "keys")
    again = keys(tmp_path / "keys", "--new", check=False)
    assert again.returncode == 1 and "exists already" in again.stderr
    assert key_of(tmp_path / "keys") == before


def test_allowed_keys_are_listed_and_revoked(effigy, tmp_path):
    folder = {"EFFIGY_KEYS": str(tmp_path / "keys")}
    effigy("keys", "allow", "box", KEY, **folder)
    effigy("keys", "allow", "box2", KEY[::-1], **folder)
    assert sorted(effigy("keys", "list", **folder).stdout.splitlines()) == \
        sorted([f"{KEY}  box", f"{KEY[::-1]}  box2"])
    effigy("keys", "revoke", "box", **folder)
    assert effigy("keys", "list", **folder).stdout == f"{KEY[::-1]}  box2\n"
    gone = effigy("keys", "revoke", "box", check=False, **folder)
    assert gone.returncode == 1 and "no key of box" in gone.stderr


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\nb", "-x", ".hidden", "a b", "x" * 65, "é"])
def test_a_name_that_is_none_is_refused(name, tmp_path):
    folder = tmp_path / "keys"
    result = keys(folder, f"--allow={name}", f"--key={KEY}", check=False)
    assert result.returncode == 1 and "no name of a machine" in result.stderr
    assert not list(folder.rglob("*.key*")) if folder.exists() else True


@pytest.mark.parametrize("key", ["", "12", KEY + "0", KEY[:-1] + "g", KEY[:-1] + ":"])
def test_a_key_that_is_none_is_refused(key, tmp_path):
    result = keys(tmp_path / "keys", "--allow=box", f"--key={key}", check=False)
    assert result.returncode == 2 and "64 hexadecimal digits" in result.stderr


def test_a_secret_key_that_others_can_read_is_not_used(tmp_path):
    box, _ = make_machines(tmp_path)
    (box / "own.key_secret").chmod(0o644)
    result = keys(box, "--show", check=False)
    assert result.returncode == 1 and "chmod 600" in result.stderr


@pytest.mark.parametrize("damage", [b"", b"curve\n    secret-key = \"short\"\n", bytes(range(256)), b'\0' * 300])
def test_a_damaged_key_is_said(damage, tmp_path):
    box, _ = make_machines(tmp_path)
    (box / "own.key_secret").write_bytes(damage)
    result = keys(box, "--show", check=False)
    assert result.returncode == 1 and "no pair of keys" in result.stderr


def test_a_full_disk_leaves_no_half_key(small_disk):
    disk = small_disk("64k")
    keys(disk / "keys", "--new")
    with open(disk / "fill", "wb") as file:
        try:
            file.write(b"x" * 200000)
        except OSError:
            pass
    result = keys(disk / "keys", "--allow=box", f"--key={KEY}", check=False)
    assert result.returncode == 1 and "cannot write" in result.stderr
    assert not list((disk / "keys" / "allowed").iterdir())
    assert key_of(disk / "keys")


@pytest.mark.parametrize("words", [[], ["new", "x"], ["allow", "box"], ["revoke"], ["nonsense"]])
def test_a_wrong_command_is_answered_by_the_right_ones(words, effigy):
    result = effigy("keys", *words, check=False)
    assert result.returncode == 2 and "keys takes new" in result.stderr
