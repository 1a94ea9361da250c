using System.Text;
using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>Asks the operation Check whether the real org can be used, and prints what it says.</summary>
internal sealed class OrgCheck(FunctionsHost functions, string? key, TextWriter output)
{
    private static readonly string[] Parts = ["secrets", "login", "apiVersion", "apiAccess", "limits"];

    public async Task PrintAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(functions.BaseUrl, "api/check"));
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        request.Headers.Add("x-functions-key", key ?? "");
        using var reply = await client.SendAsync(request, cancellationToken);
        var check = JsonNode.Parse(await reply.Content.ReadAsStringAsync(cancellationToken))!;
        if ((string?)check["detail"] is { } detail)
        {
            await output.WriteLineAsync($"The org cannot be checked: {detail}");
            return;
        }

        var login = check["login"]!;
        if ((bool)check["ok"]!)
        {
            await output.WriteLineAsync($"The org answers: {login["organizationName"]} ({login["organizationType"]}), as {login["username"]}.");
            return;
        }

        foreach (var part in Parts.Where(part => !(bool)check[part]!["ok"]!))
        {
            await output.WriteLineAsync($"Not in order: {part}. {check[part]!["problem"]} {check[part]!["remedy"]}");
            if (part is "secrets" or "login")
            {
                // What follows was not looked at.
                return;
            }
        }
    }
}
