"""What may be kept: the type is told by the content; an image is made anew without what its camera wrote into it."""

import io
import logging
import threading
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from ledger_api.errors import DocumentTooLarge, DocumentTypeUnsupported, DocumentUnreadable

TEXT, PDF = "text/plain", "application/pdf"
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
TYPES = (*IMAGES, PDF, TEXT)
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", PDF: "pdf", TEXT: "txt"}
ANYTHING = ("", "application/octet-stream")  # what a client says that does not know
QUALITY = 90
PLAIN_CONTROLS = "\t\n\r"

logging.getLogger("PIL").setLevel(logging.WARNING)  # below that it writes what stands in metadata
_one_at_a_time = threading.Lock()  # a decoded image takes hundreds of megabytes


@dataclass(frozen=True)
class Limits:
    """How much one document may be."""

    document_bytes: int
    text_bytes: int
    image_pixels: int


def checked(data: bytes, declared: str, limits: Limits) -> tuple[str, bytes]:
    """(type, bytes to keep). Raises DocumentTooLarge, DocumentTypeUnsupported, DocumentUnreadable."""
    _check_size(data, limits.document_bytes)
    found = type_of(data)
    if found is None or declared not in (*ANYTHING, found):
        said = f"It is declared as {declared}" if declared not in ANYTHING else "Nothing is declared"
        raise DocumentTypeUnsupported(f"{said} and is {found or 'none of these'}; taken are {', '.join(TYPES)}")
    if found == TEXT:
        _check_size(data, limits.text_bytes)
    elif found in IMAGES:
        data = _made_anew(data, IMAGES[found], limits.image_pixels)
        _check_size(data, limits.document_bytes)
    return found, data


def type_of(data: bytes) -> str | None:
    """Media type by the content; None for anything that is not kept."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"%PDF-"):
        return PDF
    return TEXT if _is_text(data) else None


def _is_text(data: bytes) -> bool:
    """UTF-8 that says something, without control characters."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and all(c in PLAIN_CONTROLS or c >= " " and c != "\x7f" for c in text)


def _check_size(data: bytes, limit_bytes: int) -> None:
    if len(data) > limit_bytes:
        raise DocumentTooLarge(f"It has {len(data):,} bytes, the limit is {limit_bytes:,}", limit_bytes=limit_bytes)


# --- Images -----------------------------------------------------------------------------------------------------------


def _made_anew(data: bytes, kind: str, limit_pixels: int) -> bytes:
    """The same picture, upright and in sRGB, with nothing of the file but its pixels."""
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the size is checked here
        try:
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                _check_picture(image, kind, limit_pixels)
                return _encoded(_plain(image, kind), kind)
        except DocumentUnreadable:
            raise
        except Exception as error:  # whatever a broken file makes of a decoder
            raise DocumentUnreadable(f"The image cannot be read ({type(error).__name__})") from None


def _check_picture(image, kind: str, limit_pixels: int) -> None:
    if image.width * image.height > limit_pixels:
        size = f"{image.width} × {image.height}"
        raise DocumentUnreadable(f"The image has {size} pixels, the limit is {limit_pixels:,} in all")
    # Phones put a preview into a JPEG file as a second picture; elsewhere more pictures are a film.
    if kind != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise DocumentUnreadable("The image moves; a single picture is needed")


def _plain(image, kind: str):
    """A picture of pixels only."""
    profile = image.info.get("icc_profile")
    clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    mode = "L" if upright.mode in ("1", "L") and not clear else "RGBA" if clear and kind != "JPEG" else "RGB"
    upright = _in_srgb(upright, profile, mode)
    bare = Image.new(mode, upright.size)
    bare.paste(upright)
    return bare


def _in_srgb(image, profile: bytes | None, mode: str):
    """The colours that the profile meant; as they are where it cannot be used."""
    if profile and image.mode in ("RGB", "RGBA", "L", "CMYK"):
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target, between = ImageCms.createProfile("sRGB"), "RGBA" if mode == "RGBA" else "RGB"
            return ImageCms.profileToProfile(image, meant, target, outputMode=between).convert(mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert(mode)


def _encoded(image, kind: str) -> bytes:
    out = io.BytesIO()
    options = {} if kind == "PNG" else {"quality": QUALITY}
    image.save(out, kind, **options)
    return out.getvalue()
