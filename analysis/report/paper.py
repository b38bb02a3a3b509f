"""The report on paper: the same page as a PDF."""


def pdf(page: str) -> bytes | None:
    """An HTML page that needs nothing else as a PDF file; none where the system has no Pango to set type with.

    The same page gives the same bytes. Nothing is fetched.
    """
    try:
        import weasyprint
    except OSError:  # the library is there, what it calls in the system is not
        return None
    from weasyprint.urls import URLFetcher

    made = weasyprint.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=["data"]))
    found = made.write_pdf(pdf_identifier=b"vantage")
    assert isinstance(found, bytes)
    return found
