"""Zip files that come out the same from the same contents."""

import zipfile
from pathlib import Path


def pack(path: Path, files: dict[str, bytes]) -> Path:
    """Write ``files``, a dictionary name -> bytes, in its order. Names, order and contents alone decide the bytes.

    A file called 'mimetype' is stored as it is, as EPUB asks.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path
