"""The plot of a run: a panel for each kind of figure, a bar for each server."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

COLOURS = {"parley": "#d9480f"}
OTHERS = "#8a94a6"


def draw(figures, path):
    peers = list(figures.peers)
    traffic = figures.traffic
    panels = [
        ("Deliveries/s, 1,000 sockets, 50 senders",
         lambda peer: traffic("fanout-1000", peer, "full", "deliveries_per_second"), "{:,.0f}"),
        ("Deliveries/s, 10,000 sockets, 20 senders",
         lambda peer: traffic("fanout-10000", peer, "full", "deliveries_per_second"), "{:,.0f}"),
        ("Server CPU per delivery, µs, 1,000 sockets, one message under way",
         lambda peer: traffic("fanout-1000", peer, "one", "server_cpu_microseconds"), "{:.1f}"),
        ("Latency p99, ms, at 70 % of the best peer's limit",
         lambda peer: scaled(traffic("seventy", peer, "rate", "latency", "p99")), "{:,.1f}"),
        ("kB of memory per idle socket, 10,000 sockets",
         lambda peer: figures.median("fanout-10000", peer, "socket_kilobytes"), "{:.1f}"),
        ("Connects/s, TLS sessions resumed",
         lambda peer: figures.median("reconnect", peer, "connecting", "per_second"), "{:,.0f}"),
    ]
    drawn = [(title, [(peer, value) for peer in peers if (value := get(peer))], words) for title, get, words in panels]
    drawn = [panel for panel in drawn if panel[1]]
    if not drawn:
        return
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "parley", "font.family": "sans-serif", "font.size": 9})
    figure, axes = plt.subplots((len(drawn) + 1) // 2, 2, figsize=(11, 2.1 * ((len(drawn) + 1) // 2)), squeeze=False)
    for axis in axes.flat[len(drawn):]:
        axis.remove()
    for axis, (title, bars, words) in zip(axes.flat, drawn):
        names = [figures.peers[peer]["label"] for peer, _ in bars][::-1]
        values = [value for _, value in bars][::-1]
        shapes = axis.barh(names, values, color=[COLOURS.get(peer, OTHERS) for peer, _ in bars][::-1])
        axis.bar_label(shapes, [words.format(value) for value in values], padding=3, fontsize=8)
        axis.set_title(title, fontsize=9, loc="left")
        axis.set_xlim(0, max(values) * 1.2)
        axis.xaxis.set_visible(False)
        for side in ("top", "right", "bottom"):
            axis.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    plt.close(figure)
    # Matplotlib ends lines with spaces.
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")


def scaled(microseconds):
    return None if microseconds is None else microseconds / 1000
