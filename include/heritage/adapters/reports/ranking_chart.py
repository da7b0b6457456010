"""The ranking as a chart: stacked contributions and how steady each place is, as SVG without a browser."""

import re
from collections.abc import Sequence

import altair as alt
import vl_convert
from markupsafe import Markup

from heritage.model.governance import Ranked
from heritage.model.shown import printable, shorten

CRITERIA = {
    "urgency": ("Urgency", "#a8402f"),
    "relevance": ("Relevance", "#b07d1e"),
    "equity": ("Equity and coverage", "#1f6f72"),
    "readiness": ("Readiness", "#5a6a8f"),
}
_INK, _QUIET = "#1d2b33", "#51606a"
_FONT = "Helvetica Neue, Helvetica, Arial, sans-serif"
_ROW = 58


def ranking_chart(ranked: Sequence[Ranked], key: str, width: int, desc: str) -> Markup:
    """Bars in order of rank; `key` keeps ids apart when the chart stands twice in a page."""
    bars, names = [], []
    for place in ranked:
        names.append(
            {
                "rank": place.rank,
                "name": f"{place.rank}.  {shorten(printable(place.proposal.title), width // 8)}",
                "score": place.score,
                "note": f"{place.score:.2f} · {place.robustness}",
            }
        )
        for order, (criterion, (label, _)) in enumerate(CRITERIA.items()):
            value = place.contributions.get(criterion, 0.0)
            bars.append({"rank": place.rank, "criterion": label, "order": order, "value": value})
    # Room for the note behind the longest bar; the axis always begins at 0.
    top = min(1.0, 1.45 * max(place.score for place in ranked))
    rank = alt.Y("rank:O", axis=None, scale=alt.Scale(paddingInner=0.62, paddingOuter=0.4))
    score = alt.X(
        "value:Q",
        stack="zero",
        scale=alt.Scale(domain=[0, top]),
        axis=alt.Axis(
            title="Score (1 is the highest possible)", tickCount=5, grid=True, format=".2~f", domain=False
        ),
    )
    colour = alt.Color(
        "criterion:N",
        sort=[label for label, _ in CRITERIA.values()],
        scale=alt.Scale(
            domain=[label for label, _ in CRITERIA.values()], range=[c for _, c in CRITERIA.values()]
        ),
        legend=alt.Legend(title=None, orient="top", columns=4 if width > 500 else 2, symbolType="square"),
    )
    chart = alt.layer(
        alt.Chart(alt.InlineData(values=bars))
        .mark_bar(stroke="white", strokeWidth=1.5)
        .encode(x=score, y=rank, color=colour, order="order:O"),
        alt.Chart(alt.InlineData(values=names))
        .mark_text(align="left", baseline="bottom", dy=-13, fontSize=13, fontWeight="bold", color=_INK)
        .encode(x=alt.datum(0), y=rank, text="name:N"),
        alt.Chart(alt.InlineData(values=names))
        .mark_text(align="left", dx=8, fontSize=12, color=_QUIET)
        .encode(x="score:Q", y=rank, text="note:N"),
    )
    chart = chart.properties(width=width, height=_ROW * max(1, len(ranked)), padding=6, background="white")
    chart = chart.configure_view(stroke="transparent").configure(font=_FONT)
    chart = chart.configure_axis(labelColor=_QUIET, titleColor=_QUIET, gridColor="#e4e6e6", labelFontSize=12)
    chart = chart.configure_legend(labelColor=_INK, labelFontSize=13, symbolSize=140, columnPadding=18)
    return _describe(vl_convert.vegalite_to_svg(chart.to_dict()), key, desc)


def _describe(svg: str, key: str, desc: str) -> Markup:
    """Gives the drawing a size that fits its place, and a title and description for screen readers."""
    opening, rest = svg.split(">", 1)
    opening = re.sub(r' (width|height|class)="[^"]*"', "", opening)
    head = Markup(' role="img" class="chart" aria-labelledby="{0}-title {0}-desc">').format(key)
    head += Markup('<title id="{0}-title">The ranking</title><desc id="{0}-desc">{1}</desc>').format(
        key, desc
    )
    # vl-convert writes XML with its texts escaped; the test with hostile titles holds it to that.
    return Markup(opening) + head + Markup(rest)  # noqa: S704
