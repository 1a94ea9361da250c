using System.Net.Http.Json;
using Connector.Tests.Drivers;

namespace Connector.Tests.Documentation;

/// <summary>The commands on the pages are run, and answer what the pages show. UPDATE_GENERATED=1 writes the answers anew.</summary>
public sealed class PageExampleTests
{
    /// <summary>Why a block of commands is not run.</summary>
    private static readonly string[] Marks = ["azure", "org", "dates"];

    // What the tests and .ci/run run by themselves, or what prepares it.
    private static readonly string[] RunElsewhere = ["dotnet ", "bash .ci/run", "cp ", "cd ", "git "];

    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1";

    [Fact]
    public async Task Commands_answer_what_the_pages_show()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The commands are those of a shell with curl.");
        using var folder = new TemporaryFolder();
        folder.Write("hello.txt", "Hello");
        // Each reset ends the sessions, sooner after a login than orgs do.
        await using var host = LocalHostProcess.Start("--no-pass", "--port", "0", "--simulator-port", "0", "--settings", "Salesforce__RefusedLoginPause=00:00:00");
        var org = new Uri((await host.LineAsync("  Salesforce ")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        var connector = new Uri((await host.LineAsync("Serving at ")).Split(' ')[2]);
        using var client = new HttpClient { BaseAddress = org };
        var differences = new List<string>();
        foreach (var page in Pages.All)
        {
            var examples = PageExample.On(page).Where(example => example is { IsLocal: true, Marks: "" }).ToArray();
            if (examples.Length == 0)
            {
                continue;
            }

            // Each page begins with the sample data.
            using var reset = await client.PostAsJsonAsync("__admin/reset", new { }, TestContext.Current.CancellationToken);
            reset.EnsureSuccessStatusCode();
            var answers = new List<(PageExample Example, string Answer)>();
            foreach (var example in examples)
            {
                var outputs = new List<string>();
                foreach (var command in example.Lines)
                {
                    outputs.Add(await RunAsync(
                        command.Replace("http://localhost:7071/", connector.AbsoluteUri, StringComparison.Ordinal)
                            .Replace("http://localhost:7072/", org.AbsoluteUri, StringComparison.Ordinal),
                        folder.Path));
                }

                if (example.Answer is { } expected)
                {
                    var actual = example.Shown(string.Join('\n', outputs.Where(output => output.Length > 0))).TrimEnd('\n') + "\n";
                    answers.Add((example, actual));
                    if (PageExample.Mask(actual) != PageExample.Mask(expected))
                    {
                        differences.Add($"{page}: {example.Commands}shows {expected}but answers {actual}");
                    }
                }
            }

            if (Update)
            {
                Write(page, answers);
            }
        }

        if (!Update)
        {
            differences.ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Commands_are_run_here_or_elsewhere_or_say_what_they_need(string page)
    {
        foreach (var example in PageExample.On(page).Where(example => !Marks.Contains(example.Marks)))
        {
            example.Marks.ShouldBeEmpty($"{page}: only {string.Join(", ", Marks)} may stand behind sh");
            example.Lines.Where(line => !line.Contains("http://localhost:707", StringComparison.Ordinal) && !RunElsewhere.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
                .ShouldBeEmpty($"{page}: these commands are not run; mark the block as azure or org");
        }
    }

    public static TheoryData<string> AllPages => [.. Pages.All];

    private static void Write(string page, IEnumerable<(PageExample Example, string Answer)> answers)
    {
        var text = Repository.Read(page);
        // From the end, so that places before stay what they are.
        foreach (var (example, answer) in answers.Reverse().Where(answer => PageExample.Mask(answer.Answer) != PageExample.Mask(answer.Example.Answer!)))
        {
            text = text[..example.AnswerStart] + answer + text[(example.AnswerStart + example.Answer!.Length)..];
        }

        File.WriteAllText(Path.Combine(Repository.Root, page), text);
    }

    private static async Task<string> RunAsync(string command, string folder) =>
        (await Tool.RunAsync("bash", ["-c", command.Replace("curl ", "curl -sS --noproxy '*' ", StringComparison.Ordinal)], folder)).Output.ReplaceLineEndings("\n");
}
