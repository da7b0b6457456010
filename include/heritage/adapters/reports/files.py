"""The report in all of its forms."""

from pathlib import Path

from heritage.adapters.reports.html import HtmlReportWriter
from heritage.adapters.reports.pdf import PdfReportWriter
from heritage.ports.reports import PriorityReport


class ReportFiles:
    """Writes `report.html`, `report.json` and `report.pdf`; `countries` as of the others."""

    def __init__(self, countries: Path) -> None:
        self._writers = (HtmlReportWriter(countries), PdfReportWriter(countries))

    def write(self, report: PriorityReport, folder: Path) -> tuple[Path, ...]:
        """See `heritage.ports.reports.ReportWriter`."""
        return tuple(path for writer in self._writers for path in writer.write(report, folder))
