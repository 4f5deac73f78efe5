"""Hostile XML and HTML."""

from __future__ import annotations

from hostile_file import SAID, Hostile

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NO_ENTITIES = "it declares entities, which no Kamerstuk does."
LAUGHS = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def paper(body: str, *, before: str = "", head: str = HEAD) -> bytes:
    """An official paper with this in its body, and this before its root."""
    return (
        f"{head}{before}<officiele-publicatie><kamerstuk><dossier><dossiernummer><dossiernr>99 001</dossiernr>"
        f"</dossiernummer><titel>Regels</titel></dossier><stuk><stuknr>Nr. <ondernummer>7</ondernummer></stuknr>"
        f"<titel>BRIEF</titel><algemeen><vrije-tekst><tekst>{body}<al>{SAID}</al></tekst></vrije-tekst></algemeen></stuk>"
        f"</kamerstuk></officiele-publicatie>"
    ).encode()


def xml(url: str, secret: str) -> dict[str, Hostile]:
    outside = {"file": f"file://{secret}", "http": f"{url}/entity", "ftp": url.replace("http", "ftp")}
    entities = {
        f"entity-{way}.xml": Hostile(
            lambda where=where: paper("<al>&x;</al>", before=f'<!DOCTYPE a [<!ENTITY x SYSTEM "{where}">]>'),  # type: ignore[misc]
            NO_ENTITIES,
        )
        for way, where in outside.items()
    }
    table = '<table><tgroup cols="{0}"><tbody>{1}</tbody></tgroup></table>'
    row = "<row><entry><al>cel</al></entry></row>"
    return entities | {
        "laughs.xml": Hostile(lambda: paper("<al>&a9;</al>", before=f"<!DOCTYPE a [{LAUGHS}]>"), NO_ENTITIES),
        "laughs-in-attribute.xml": Hostile(
            lambda: paper('<al id="&a9;">x</al>', before=f"<!DOCTYPE a [{LAUGHS}]>"), NO_ENTITIES
        ),
        "quadratic.xml": Hostile(
            lambda: paper("<al>&q;</al>" * 9000, before=f'<!DOCTYPE a [<!ENTITY q "{"q" * 50_000}">]>'), NO_ENTITIES
        ),
        "entity-in-circle.xml": Hostile(
            lambda: paper("<al>&x;</al>", before='<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]>'), "it "
        ),
        "parameter-entity.xml": Hostile(
            lambda: paper("", before=f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{url}/dtd"> %x;]>'), NO_ENTITIES
        ),
        "dtd-elsewhere.xml": Hostile(
            lambda: paper("<al>zonder</al>", before=f'<!DOCTYPE a SYSTEM "{url}/a.dtd">'), reads=SAID
        ),
        "entity-from-dtd-elsewhere.xml": Hostile(
            lambda: paper("<al>a&nbsp;b</al>", before=f'<!DOCTYPE a PUBLIC "x" "{url}/a.dtd">'),
            "it does not say what &nbsp; stands for.",
        ),
        "stylesheet.xml": Hostile(
            lambda: paper("", before=f'<?xml-stylesheet href="{url}/a.xsl" type="text/xsl"?>'), reads=SAID
        ),
        "xinclude.xml": Hostile(
            lambda: paper(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'),
            reads=SAID,
        ),
        "nested-100000.xml": Hostile(
            lambda: paper("<al>" * 100_000 + "</al>" * 100_000), "it is nested more than 256 levels deep."
        ),
        "nested-200.xml": Hostile(lambda: paper("<lijst><li>" * 100 + "x" + "</li></lijst>" * 100), reads=SAID),
        "attribute-of-11-MB.xml": Hostile(lambda: paper(f'<al id="{"x" * 11_000_000}"/>'), "is longer than 10 MB"),
        "text-of-11-MB.xml": Hostile(lambda: paper(f"<al>{'x' * 11_000_000}</al>"), "is longer than 10 MB"),
        "name-of-60-kB.xml": Hostile(lambda: paper(f"<{'a' * 60_000}/>"), "it is no well-formed XML"),
        "100000-attributes.xml": Hostile(
            lambda: paper("<al {}>x</al>".format(" ".join(f"a{number}='x'" for number in range(100_000)))), ""
        ),
        "one-paragraph-of-50000-elements.xml": Hostile(lambda: paper(f"<al>{'<nadruk>a</nadruk>' * 50_000}</al>"), ""),
        "million-paragraphs.xml": Hostile(lambda: paper("<al>a</al>" * 1_000_000), "it has more than 400,000 elements"),
        "table-of-10000-columns.xml": Hostile(
            lambda: paper(table.format(10_000, f"<row>{'<entry><al>c</al></entry>' * 10_000}</row>" * 3)), reads=SAID
        ),
        "table-of-1e9-columns.xml": Hostile(lambda: paper(table.format(10**9, row)), reads=SAID),
        "span-of-1e9.xml": Hostile(
            lambda: paper(
                table.format(
                    2,
                    '<row><entry namest="col1" nameend="col1000000000" morerows="1000000000"><al>c</al></entry></row>',
                )
            ),
            reads=SAID,
        ),
        "not-utf-8.xml": Hostile(
            lambda: paper("<al>co\u00f6rdinatie</al>").replace(b"\xc3\xb6", b"\xf6"), reads="coördinatie"
        ),
        "utf-16.xml": Hostile(lambda: paper("", head="").decode().encode("utf-16"), reads=SAID),
        "utf-16-not-said.xml": Hostile(
            lambda: paper("", head=HEAD.replace("UTF-8", "UTF-16")).decode().encode("utf-16-le"), reads=SAID
        ),
        "utf-32.xml": Hostile(lambda: paper("").decode().encode("utf-32"), reads=SAID),
        "utf-7.xml": Hostile(
            lambda: paper("<al>+ADw-script+AD4-</al>", head=HEAD.replace("UTF-8", "UTF-7")), reads="+ADw-script+AD4-"
        ),
        "ebcdic.xml": Hostile(lambda: paper("", head=HEAD.replace("UTF-8", "cp037")).decode().encode("cp037"), ""),
        "encoding-unknown.xml": Hostile(lambda: paper("", head=HEAD.replace("UTF-8", "x-nothing")), reads=SAID),
        "nul-and-bidi.xml": Hostile(
            lambda: paper("<al>bestand\u202etxt.exe\u200b\ufeff</al>").replace(b"bestand", b"be\x00stand"),
            reads="bestandtxt.exe",
        ),
        "cut-off.xml": Hostile(lambda: paper("")[:-30], "it is no well-formed XML"),
        "no-text.xml": Hostile(
            lambda: b"<officiele-publicatie><kamerstuk/></officiele-publicatie>", "it holds no text."
        ),
        "instructions.xml": Hostile(lambda: b"<?xml version='1.0'?>" + b"<?a?>" * 100_000 + b"x", "XML without a root"),
        "other-root.xml": Hostile(f"{HEAD}<{'x' * 5000}/>".encode, "XML with the root <xxx"),
    }


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head>{head}<title>Brief</title></head><body>{body}<p>{SAID}</p></body></html>".encode()
    )


def html(url: str, secret: str) -> dict[str, Hostile]:
    return {
        "nested-100000.html": Hostile(
            lambda: page("<div>" * 100_000 + "x" + "</div>" * 100_000), "deep in one another, which no page's do."
        ),
        "nested-1500.html": Hostile(lambda: page("<div>" * 1500 + "<p>diep</p>" + "</div>" * 1500), reads="diep"),
        "lists-1000-deep.html": Hostile(lambda: page("<ul><li>a" * 900 + "</li></ul>" * 900), reads=SAID),
        "tables-500-deep.html": Hostile(lambda: page("<table><tr><td>a" * 480 + "</table>" * 480), reads=SAID),
        "text-of-11-MB.html": Hostile(lambda: page(f"<p>{'w' * 11_000_000}</p>"), reads=SAID),
        "hidden.html": Hostile(
            lambda: page('<p style="display:none">verborgen</p><p style="color:#fff;font-size:0">wit</p>'), reads=SAID
        ),
        "rowspan-1e9.html": Hostile(
            lambda: page('<table><tr><td rowspan="1000000000">a</td></tr><tr><td>b</td></tr></table>'), reads=SAID
        ),
        "colspan-1e9.html": Hostile(
            lambda: page('<table><tr><td colspan="1000000000">a</td><td>b</td></tr></table>'), reads=SAID
        ),
        "spans-everywhere.html": Hostile(
            lambda: page(f"<table>{('<tr>' + '<td rowspan=1000 colspan=1000>a</td>' * 50 + '</tr>') * 50}</table>"),
            reads=SAID,
        ),
        "table-of-10000-columns.html": Hostile(
            lambda: page(f"<table>{('<tr>' + '<td>c</td>' * 10_000 + '</tr>') * 3}</table>"), reads=SAID
        ),
        "list-from-1e18.html": Hostile(
            lambda: page('<ol start="1000000000000000000"><li>a</li></ol><ol start="-5" type="i"><li>b</li></ol>'),
            reads=SAID,
        ),
        "roman-list-from-1e9.html": Hostile(
            lambda: page(
                '<ol type="I" start="1000000000"><li>a</li></ol><ol type="a" start="99999999"><li>b</li></ol>'
            ),
            reads=SAID,
        ),
        "scripts.html": Hostile(
            lambda: page(
                f'<script src="{url}/x.js">alert(1)</script><img src="{url}/x.png" onerror="alert(1)">'
                f'<iframe src="file://{secret}"></iframe><object data="{url}/x"></object>',
                f'<base href="{url}/"><link rel="stylesheet" href="x.css">'
                f'<meta http-equiv="refresh" content="0;{url}/r">',
            ),
            reads=SAID,
        ),
        "markup-in-text.html": Hostile(
            lambda: page("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"), reads="<script>alert(1)</script>"
        ),
        "never-closed.html": Hostile(lambda: page("<b><i><p>" * 400 + "x"), ""),
        "links-without-end.html": Hostile(lambda: b"<html><link " + b"canonical " * 100_000, ""),
        "attribute-of-1-MB.html": Hostile(lambda: page(f'<p class="{"kamervraag " * 90_000}">x</p>'), ""),
        "notes-in-circle.html": Hostile(
            lambda: page('<p>a<sup><a href="#n1" id="n1">1</a></sup></p><p id="n1"><a href="#n1">1</a> noot</p>'),
            reads="a",
        ),
        "nul-and-bidi.html": Hostile(lambda: page("<p>be\x00stand\u202etxt.exe</p>"), reads="bestandtxt.exe"),
        "million-tags.html": Hostile(lambda: page("<br>" * 1_000_000), "it has more than 400,000 elements"),
        "empty.html": Hostile(lambda: b"<html></html>", "Nothing of it was indexed."),
    }
