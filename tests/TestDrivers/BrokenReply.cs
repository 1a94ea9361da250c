using System.Net;

namespace TestDrivers;

/// <summary>
/// A reply that the function breaks off. Whether anything of it had been sent on is a matter of moments: the connection is
/// broken then, and else the host has an empty 500 for it. It never looks whole.
/// </summary>
internal static class BrokenReply
{
    public static Task ShouldBreakAsync(Func<Task<Reply>> sendAsync) => ShouldBreakAsync(async () =>
    {
        var reply = await sendAsync();
        return (reply.Status, reply.Body);
    });

    public static Task ShouldBreakAsync(Func<Task<HttpResponseMessage>> sendAsync) => ShouldBreakAsync(async () =>
    {
        using var response = await sendAsync();
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    });

    private static async Task ShouldBreakAsync(Func<Task<(HttpStatusCode Status, string Body)>> sendAsync)
    {
        try
        {
            (await sendAsync()).ShouldBe((HttpStatusCode.InternalServerError, ""));
        }
        catch (HttpRequestException)
        {
            // The connection was broken.
        }
    }
}
