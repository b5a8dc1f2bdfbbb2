import Glibc

/// CPU time and memory of a process and its descendants, as Linux counts them.
struct ProcessUsage: Equatable {
    /// Seconds of CPU, user and system.
    var cpuSeconds = 0.0
    /// Resident memory in kB.
    var residentKilobytes = 0

    /// Reads `/proc`; nil where there is no such process.
    static func current(of process: Int32) -> ProcessUsage? {
        guard let own = statistics(of: process) else { return nil }
        return children(of: process).reduce(own) { sum, child in
            guard let usage = current(of: child) else { return sum }
            return ProcessUsage(
                cpuSeconds: sum.cpuSeconds + usage.cpuSeconds,
                residentKilobytes: sum.residentKilobytes + usage.residentKilobytes)
        }
    }

    /// CPU seconds of this process.
    static var ownCPUSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        return seconds + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    /// Reads the line of `/proc/<pid>/stat` (proc(5)); the name in parentheses may hold anything.
    static func parse(_ line: String, ticksPerSecond: Int, pageBytes: Int) -> ProcessUsage? {
        guard let name = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: name)...].split(separator: " ")
        // After the name the third field follows: utime is the 14th, stime the 15th, rss the 24th.
        guard fields.count > 21, let user = Int(fields[11]), let system = Int(fields[12]), let pages = Int(fields[21]),
            ticksPerSecond > 0
        else { return nil }
        return ProcessUsage(
            cpuSeconds: Double(user + system) / Double(ticksPerSecond), residentKilobytes: pages * pageBytes / 1024)
    }

    private static func statistics(of process: Int32) -> ProcessUsage? {
        guard let line = contents("/proc/\(process)/stat") else { return nil }
        return parse(line, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)), pageBytes: sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func children(of process: Int32) -> [Int32] {
        guard let directory = opendir("/proc/\(process)/task") else { return [] }
        defer { closedir(directory) }
        var children: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Int32(name) != nil, let list = contents("/proc/\(process)/task/\(name)/children") else { continue }
            children += list.split(separator: " ").compactMap { Int32($0) }
        }
        return children
    }

    private static func contents(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        var text = String(decoding: bytes, as: UTF8.self)
        if text.last == "\n" { text.removeLast() }
        return text
    }
}
