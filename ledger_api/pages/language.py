"""Which language a page is in: as its reader chose, else as the browser asks."""

from flask import Flask, Response, g, request, url_for

from ledger_api import texts

COOKIE = "language"
YEAR_S = 365 * 86_400


def register(app: Flask) -> None:
    """Texts in the reader's language on every page, and a choice that lasts."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(texts.raw, texts.raw_plural, newstyle=True, pgettext=texts.raw_in_context)
    app.jinja_env.globals.update(language=texts.language, languages=texts.LANGUAGES, in_other_language=_same_page_in)
    app.before_request(_choose)
    app.after_request(_remember)
    app.teardown_request(_forget)


def _choose() -> None:
    chosen = request.args.get("lang", "")
    g.language_chosen = chosen if chosen in texts.LANGUAGES else None
    kept = request.cookies.get(COOKIE, "")
    asked = request.accept_languages.best_match(list(texts.LANGUAGES), texts.DEFAULT)
    is_page = not request.path.startswith("/api/")
    texts.use((g.language_chosen or (kept if kept in texts.LANGUAGES else asked)) if is_page else texts.DEFAULT)


def _remember(response: Response) -> Response:
    if g.get("language_chosen"):
        response.set_cookie(
            COOKIE, g.language_chosen, max_age=YEAR_S, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def _forget(error: BaseException | None) -> None:
    """What the thread does outside of requests is in English again."""
    texts.use(texts.DEFAULT)


def _same_page_in(code: str) -> str:
    """Address of this page in another language."""
    if request.endpoint is None:
        return url_for("pages_start.start", lang=code)
    given = {**request.args.to_dict(), **(request.view_args or {}), "lang": code}
    return url_for(request.endpoint, **given)
