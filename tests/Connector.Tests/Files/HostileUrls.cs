namespace Connector.Tests.Files;

/// <summary>URLs that name no blob of the container salesforce-files, however they look.</summary>
internal static class HostileUrls
{
    /// <param name="account">The account's URL, with a slash at its end.</param>
    /// <param name="other">A blob of another container of it.</param>
    public static IEnumerable<string> Of(string account, string other)
    {
        var files = $"{account}salesforce-files/";
        var uri = new Uri(account);
        string[] dots = ["..", "%2e%2e", "%2E.", ".%2e", "..%2F..", "..%5C", "%252e%252e/..", ".", "%2e"];
        string[] slashes = ["/", "%2F", "%2f", "\\", "%5C", "//"];
        return
        [
            "", " ", "x", "salesforce-files/x", "/salesforce-files/x", "file:///etc/passwd", "http://169.254.169.254/metadata/instance",
            "https://example.com/salesforce-files/x", $"//{uri.Authority}{uri.AbsolutePath}salesforce-files/x", "data:text/plain,x", "ftp://x/y",
            other, account, files, files.TrimEnd('/'), $"{files}in/hello.txt?sig=x", $"{files}in/hello.txt#x", $"{account}salesforce-files-2/x", $"{account}SALESFORCE-FILES/x",
            $"{uri.Scheme}://user@{uri.Authority}{uri.AbsolutePath}salesforce-files/x", $"{uri.Scheme}://{uri.Authority}@example.com{uri.AbsolutePath}salesforce-files/x",
            $"https://{uri.Authority}{uri.AbsolutePath}salesforce-files/x", $"{uri.Scheme}://{uri.Host}:1{uri.AbsolutePath}salesforce-files/x",
            // Another account of the same host.
            $"{uri.Scheme}://{uri.Authority}/devstoreaccount2/salesforce-files/in/hello.txt", $"{uri.Scheme}://{uri.Authority}/salesforce-files/in/hello.txt",
            $"{files}a%00b", $"{files}a%0d%0aX:%20y", $"{files}/x", $"{files}a//b",
            .. from up in dots from slash in slashes select $"{files}{up}{slash}salesforce-results/secret.txt",
            .. from up in dots from slash in slashes select $"{files}in{slash}{up}{slash}x",
        ];
    }
}
