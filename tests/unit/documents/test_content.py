"""What may be kept: told by the content; images come out as pixels only."""

import io

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from ledger_api.documents.content import Limits, checked, type_of
from ledger_api.errors import DocumentTooLarge, DocumentTypeUnsupported, DocumentUnreadable

LIMITS = Limits(document_bytes=200_000, text_bytes=1_000, image_pixels=100_000)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
SECRET = b"Ulica Dluga 7, Warszawa"
DESCRIPTION, ORIENTATION, GPS = 0x010E, 0x0112, 0x8825
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


def picture(size=(60, 40), mode="RGB", colour=(200, 40, 40)) -> Image.Image:
    image = Image.new(mode, size, colour)
    image.putpixel((0, 0), (0, 0, 255, 255) if mode == "RGBA" else (0, 0, 255) if mode == "RGB" else 255)
    return image


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(kind: str, **options) -> bytes:
    """As a camera writes it: place, words and a profile in it."""
    exif = Image.Exif()
    exif[DESCRIPTION] = SECRET.decode()
    exif.get_ifd(GPS)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more = {"comment": SECRET} if kind == "JPEG" else {}
    if kind == "PNG":
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_text("Author", SECRET.decode())
    else:
        more["xmp"] = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    return encoded(picture(), kind, exif=exif, icc_profile=profile, **more, **options)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    "data",
    [b"", b"   \n", b"\x00\x01", b"MZ\x90\x00", b"text\x00text", b"bell\x07", b"\xff\xfe\x41", b"GIF89a" + b"\x80" * 9],
)
def test_anything_else_is_not_kept(data):
    assert type_of(data) is None
    with pytest.raises(DocumentTypeUnsupported):
        checked(data, "", LIMITS)


@pytest.mark.parametrize(
    ("data", "declared"), [(b"Hello", "image/png"), (PDF, "text/plain"), (b"<script></script>", "text/html")]
)
def test_a_type_that_it_only_says_is_refused(data, declared):
    with pytest.raises(DocumentTypeUnsupported):
        checked(data, declared, LIMITS)


@pytest.mark.parametrize(
    ("data", "limit"), [(b"a" * 1_001, 1_000), (PDF + b"a" * 200_000, 200_000), (b"\xff" * 200_001, 200_000)]
)
def test_what_is_too_large_is_refused_with_the_limit(data, limit):
    with pytest.raises(DocumentTooLarge) as caught:
        checked(data, "", LIMITS)
    assert caught.value.extras == {"limit_bytes": limit}


@pytest.mark.parametrize("kind", FORMATS.values())
@pytest.mark.parametrize("part", [0.3, 0.6])
def test_a_broken_image_is_refused(kind, part):
    whole = encoded(picture(), kind)
    with pytest.raises(DocumentUnreadable):
        checked(whole[: int(len(whole) * part)], "", LIMITS)


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded():
    with pytest.raises(DocumentUnreadable, match="100,000"):
        checked(encoded(picture((1_000, 101)), "PNG"), "image/png", LIMITS)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_film_is_refused(kind):
    film = encoded(picture(), kind, save_all=True, append_images=[picture(colour=(0, 0, 0))])
    with pytest.raises(DocumentUnreadable, match="moves"):
        checked(film, "", LIMITS)


@pytest.mark.parametrize(("media_type", "kind"), FORMATS.items())
def test_an_image_is_made_anew_without_its_metadata(media_type, kind):
    data = photo(kind)
    assert SECRET in data
    found, kept = checked(data, media_type, LIMITS)
    assert found == media_type
    assert SECRET not in kept
    for mark in (b"Exif", b"EXIF", b"eXIf", b"tEXt", b"iCCP", b"ICC_PROFILE", b"ICCP", b"xmp", b"XMP"):
        assert mark not in kept, mark
    image = opened(kept)
    assert (image.format, image.size) == (kind, (60, 40))
    assert not image.getexif()
    red, green, blue = image.convert("RGB").getpixel((30, 20))
    assert red > 180
    assert green < 60 and blue < 60


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turn by a quarter
    _, kept = checked(encoded(picture((60, 40)), "JPEG", exif=exif), "image/jpeg", LIMITS)
    assert opened(kept).size == (40, 60)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_clear_stays_clear(kind):
    clear = picture(mode="RGBA", colour=(200, 40, 40, 0))
    _, kept = checked(encoded(clear, kind), "", LIMITS)
    assert opened(kept).convert("RGBA").getpixel((30, 20))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
def test_pictures_of_every_depth_are_kept(mode):
    source = Image.new("I;16", (4, 4), 0x8000) if mode == "I;16" else Image.new("L", (4, 4), 128).convert(mode)
    _, kept = checked(encoded(source, "PNG"), "image/png", LIMITS)
    value = opened(kept).convert("L").getpixel((2, 2))
    assert value in (0, 255) if mode == "1" else abs(value - 128) <= 1


def test_a_press_photo_becomes_one_for_screens():
    _, kept = checked(encoded(Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "JPEG"), "image/jpeg", LIMITS)
    image = opened(kept)
    assert image.mode == "RGB"
    assert image.getpixel((2, 2))[0] > 200


@pytest.mark.parametrize("declared", ["", "application/octet-stream", "text/plain"])
def test_a_text_is_kept_as_it_is(declared):
    text = "Größe 42 — passt nicht.\r\n\tأحمر 👟\n".encode()
    assert checked(text, declared, LIMITS) == ("text/plain", text)


def test_a_pdf_is_kept_as_it_is():
    assert checked(PDF, "application/pdf", LIMITS) == ("application/pdf", PDF)


def test_nothing_of_an_image_is_logged(caplog):
    caplog.set_level(0)
    checked(photo("JPEG"), "", LIMITS)
    assert SECRET.decode() not in caplog.text
