"""The draft of version 1.0: JSON, and a path for each thing that can be asked."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response

from heritage.ports.reconciliation import Kind, Named, Reconciliation
from heritage.web.recon import answers
from heritage.web.recon.answers import Draw, candidate, spoken
from heritage.web.recon.asking import Refused, answer, answering, at_work, json_body, language, read, root
from heritage.web.recon.reading import Batch10, Query10
from heritage.web.recon.v0_2 import extension

PATH = "reconcile/1.0"


def add_1_0(
    app: FastAPI, service: Reconciliation, draw: Draw, batch: int, authentication: Mapping[str, Any] | None
) -> None:
    """Adds the routes. `batch` queries may come at once; `authentication` goes into the manifest."""

    async def manifest(request: Request) -> Response:
        told = await at_work(lambda: _manifest(service, root(request, PATH), batch))
        return answer({**told, **(authentication or {})})

    async def match(request: Request) -> Response:
        sent = read(Batch10, await json_body(request), "The body").queries
        if len(sent) > batch:
            raise Refused(f"{len(sent):,} queries were sent; at most {batch:,} can come at once.", 413)
        lang = language(request)
        queries = [read(Query10, one, f"queries.{at}").read(lang) for at, one in enumerate(sent)]
        found = await at_work(lambda: service.match(queries))
        return answer(
            {"results": [{"candidates": [candidate(one, spoken) for one in some]} for some in found]}
        )

    async def entities(request: Request) -> Response:
        return await answers.suggested(request, service, Kind.ENTITY, "offset", spoken)

    async def properties(request: Request) -> Response:
        return await answers.suggested(request, service, Kind.PROPERTY, "offset", spoken)

    async def types(request: Request) -> Response:
        return await answers.suggested(request, service, Kind.TYPE, "offset", spoken)

    async def extend(request: Request) -> Response:
        asked, lang = extension(await json_body(request)), language(request)
        wanted = [one.id for one in asked.properties]
        found = await at_work(lambda: service.extend(asked.ids, wanted, lang))
        rows = [
            {"id": qid, "properties": [{"id": one, "values": _values(row[one])} for one in row]}
            for qid, row in found.rows.items()
        ]
        return answer({"meta": [spoken(one) for one in found.properties], "rows": rows})

    async def proposed(request: Request) -> Response:
        return await answers.proposed(request, service, spoken)

    async def preview(request: Request) -> Response:
        return await answers.preview(request, service, draw)

    for path, route, method in (
        ("", manifest, "GET"),
        ("/", manifest, "GET"),
        ("/match", match, "POST"),
        ("/suggest/entity", entities, "GET"),
        ("/suggest/property", properties, "GET"),
        ("/suggest/type", types, "GET"),
        ("/extend", extend, "POST"),
        ("/extend/propose", proposed, "GET"),
        ("/preview", preview, "GET"),
    ):
        app.add_api_route(f"/{PATH}{path}", answering(route), methods=[method])


def _manifest(service: Reconciliation, address: str, batch: int) -> dict[str, Any]:
    return {
        "versions": ["1.0-draft"],
        "name": answers.NAME,
        "lang": "en",
        "dir": "ltr",
        "documentation": address.removesuffix("/1.0"),
        "serviceVersion": answers.service_version(service),
        "view": {"url": answers.VIEW + "{id}"},
        "defaultTypes": [spoken(one) for one in service.types("en", answers.DEFAULT_TYPES)],
        "suggest": {str(kind): True for kind in Kind},
        "preview": dict(answers.PREVIEW),
        "extend": {"proposeProperties": True, "propertySettings": []},
        "batchSize": batch,
        "standardizedScore": True,
    }


def _values(values: tuple[Named | str, ...]) -> list[dict[str, str]]:
    return [{"str": value} if isinstance(value, str) else spoken(value) for value in values]
