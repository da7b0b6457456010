"""A dataset of an Opendatasoft portal (Explore API 2.1)."""

import json
from dataclasses import dataclass

from publishers.service import Asked, Reply, Service, json_reply


@dataclass
class OpendatasoftService(Service):
    """Records go to the 10,000th, the export to the end. `used_up` is how many answers say 429 first, and
    `licence` what the portal says of it."""

    dataset: str = "liste-des-immeubles"
    used_up: int = 0
    licence: str = ""

    def answer(self, asked: Asked) -> Reply:
        if self.used_up:
            self.used_up -= 1
            said = {"errorcode": 10002, "error": "Too many requests", "reset_time": "2026-11-22T00:00:00Z"}
            return json_reply(said, 429, **{"X-RateLimit-Remaining": "0", "Retry-After": "60"})
        base = f"/api/explore/v2.1/catalog/datasets/{self.dataset}"
        if asked.path == base:
            said = {"license": self.licence, "license_url": None}
            return json_reply({"dataset_id": self.dataset, "metas": {"default": said}})
        if asked.path == f"{base}/records":
            limit, offset = int(asked.query.get("limit", 10)), int(asked.query.get("offset", 0))
            if limit > 100 or limit + offset > 10_000:
                return json_reply({"error_code": "InvalidRESTParameterError", "message": "limit"}, 400)
            return json_reply({"total_count": len(self.rows), "results": self.rows[offset:][:limit]})
        if asked.path == f"{base}/exports/jsonl":
            page = self.window(self.rows, 0, len(self.rows))
            lines = [json.dumps(row, ensure_ascii=False) for row in page]
            return Reply("\n".join(lines).encode(), headers={"Content-Type": "application/jsonl"})
        return json_reply({"error_code": "UnknownDatasetError", "message": "Unknown dataset"}, 404)

    def error(self) -> Reply:
        return json_reply({"error_code": "InternalError", "message": "An error occurred"})
