extension QRCode {
    /// The code for a terminal: two rows of modules in a line, light on whatever the terminal's colours are.
    package var terminal: String {
        func isDark(_ x: Int, _ y: Int) -> Bool {
            guard (0..<size).contains(x), (0..<size).contains(y) else { return false }
            return modules[y][x]
        }
        let range = -Self.quietZone..<size + Self.quietZone
        let lines = stride(from: range.lowerBound, to: range.upperBound, by: 2).map { y in
            let cells = range.map { x in
                // The block is the light half: on a light terminal the colours are set to black and white all the same.
                switch (isDark(x, y), isDark(x, y + 1)) {
                case (false, false): "█"
                case (false, true): "▀"
                case (true, false): "▄"
                case (true, true): " "
                }
            }
            return "\u{1B}[97;40m" + cells.joined() + "\u{1B}[0m"
        }
        return lines.joined(separator: "\n")
    }

    /// The code as an SVG document, black on white, one path.
    package var svg: String {
        let side = size + 2 * Self.quietZone
        var path = ""
        for (y, row) in modules.enumerated() {
            for (x, isDark) in row.enumerated() where isDark {
                path += "M\(x + Self.quietZone),\(y + Self.quietZone)h1v1h-1z"
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">
            <path fill="#fff" d="M0,0h\(side)v\(side)H0z"/><path d="\(path)"/>
            </svg>

            """
    }
}
