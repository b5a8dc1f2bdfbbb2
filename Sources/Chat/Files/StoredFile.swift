/// An uploaded file with what the server alone knows of it.
package struct StoredFile: Sendable, Equatable {
    /// What everyone may know who may read the file.
    package let info: FileInfo
    /// The SHA-256 of the content in hexadecimal, by which the content is found.
    package let digest: String
    /// Who uploaded it.
    package let owner: UserID

    package init(info: FileInfo, digest: String, owner: UserID) {
        self.info = info
        self.digest = digest
        self.owner = owner
    }
}
