"""What Parley is meant to reach, held against what was measured."""

UWS, GO, NATS = "uwebsockets", "go", "nats"


def met(condition):
    return "yes" if condition else "no"


def rows(figures):
    """Goal, measured, met: only those whose figures are there."""
    found = []
    others = [peer for peer in figures.peers if peer != "parley"]

    def rate(scenario, key, peer):
        return figures.traffic(scenario, peer, key, "deliveries_per_second")

    def cost(scenario, key, peer):
        return figures.traffic(scenario, peer, key, "server_cpu_microseconds")

    for scenario in figures.scenarios:
        if not scenario.startswith("fanout"):
            continue
        for key in ("one", "full"):
            own = rate(scenario, key, "parley")
            theirs = {peer: value for peer in others if (value := rate(scenario, key, peer))}
            if own and theirs:
                best = max(theirs, key=theirs.get)
                title = next(phase["title"] for phase in figures.scenarios[scenario]["phases"] if phase["key"] == key)
                found.append([
                    f"deliveries/s at least every peer's: {figures.scenarios[scenario]['title']}, {title}",
                    f"{own:,.0f} against {theirs[best]:,.0f} ({figures.peers[best]['label']}): "
                    f"{own / theirs[best]:.2f} ×",
                    met(own >= theirs[best])])
    own = rate("fanout-1000", "full", "parley")
    for peer, times in ((UWS, 3), (GO, 10), (NATS, 8)):
        value = rate("fanout-1000", "full", peer)
        if own and value:
            found.append([
                f"deliveries/s at 1,000 sockets and 50 senders: at least {times} × {figures.peers[peer]['label']}",
                f"{own / value:.1f} ×", met(own >= times * value)])
    for scenario, factor in (("fanout-1000", 1), ("fanout-100", 1.2)):
        own, value = cost(scenario, "one", "parley"), cost(scenario, "one", UWS)
        if own and value:
            found.append([
                f"server CPU per delivery, one message under way, {figures.scenarios[scenario]['title']}: "
                f"at most uWebSockets'{'' if factor == 1 else f' × {factor}'}",
                f"{own:.2f} against {value:.2f} µs: {own / value:.2f} ×", met(own <= factor * value)])
    own = figures.traffic("seventy", "parley", "rate", "latency", "p99")
    theirs = {peer: value for peer in others if (value := figures.traffic("seventy", peer, "rate", "latency", "p99"))}
    if own and theirs:
        best = min(theirs, key=theirs.get)
        found.append(["p99 latency at 70 % of the best peer's limit: lowest of all",
                      f"{own / 1000:.2f} against {theirs[best] / 1000:.2f} ms ({figures.peers[best]['label']})",
                      met(own <= theirs[best])])
    own = figures.median("fanout-10000", "parley", "socket_kilobytes")
    if own:
        openssl = {peer: value for peer in ("websockets", "ejabberd")
                   if (value := figures.median("fanout-10000", peer, "socket_kilobytes"))}
        words = ", ".join(f"{figures.peers[peer]['label']} {value:.1f}" for peer, value in openssl.items())
        found.append(["memory per idle socket of 10,000: at most 18 kB, lowest of those on the system's OpenSSL",
                      f"{own:.1f} kB" + (f" against {words}" if words else ""),
                      met(own <= 18 and all(own <= value for value in openssl.values()))])
    whole, resumed = (figures.median(name, "parley", "connecting", "server_cpu_microseconds")
                      for name in ("connect", "reconnect"))
    if whole and resumed:
        found.append(["connects with resumption: at least 1.5 × those without, by the server's CPU",
                      f"{whole:.0f} against {resumed:.0f} µs: {whole / resumed:.2f} ×", met(whole >= 1.5 * resumed)])
    for name, words in (("connect", "whole handshake"), ("reconnect", "resumed")):
        own = figures.median(name, "parley", "connecting", "per_second")
        theirs = {peer: value for peer in others if (value := figures.median(name, peer, "connecting", "per_second"))}
        if own and theirs:
            best = max(theirs, key=theirs.get)
            found.append([f"connects/s no fewer than the fastest peer's, {words}",
                          f"{own:,.0f} against {theirs[best]:,.0f} ({figures.peers[best]['label']})",
                          met(own >= theirs[best])])
    seconds = figures.traffic("storm", "parley", "storm", "reconnect_seconds")
    p99 = figures.traffic("storm", "parley", "storm", "latency", "p99")
    if p99:
        found.append(["reconnect storm of 10,000: all live within 15 s, the others' p99 below 250 ms",
                      (f"{seconds:.1f} s" if seconds else "not all came back") + f", {p99 / 1000:.0f} ms",
                      met(seconds and seconds <= 15 and p99 < 250_000)])
    few, many = cost("fanout-100", "one", "parley"), cost("growth", "one", "parley")
    if few and many:
        found.append(["server CPU per delivery among 15,000 sockets: at most 1.3 × that among 100",
                      f"{many:.2f} against {few:.2f} µs: {many / few:.2f} ×", met(many <= 1.3 * few)])
    return found
