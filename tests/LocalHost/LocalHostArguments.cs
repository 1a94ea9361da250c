using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce;

namespace LocalHost;

/// <summary>The options of the command line.</summary>
internal sealed class LocalHostArguments
{
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(2);

    private readonly Option<bool> _once = new("--once") { Description = "Exit after the pass: with 0, or with 1 if a step failed." };
    private readonly Option<bool> _noPass = new("--no-pass") { Description = "Serve without the pass over the operations." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "While serving, print only warnings, not a line for each call." };
    private readonly Option<bool> _list = new("--list") { Description = "Print all functions and queues, the connection string of the storage, and how to look into the queues." };
    private readonly Option<int> _port = PortOption("--port", 7071, "The functions' port; 0 for any free one.");
    private readonly Option<int> _simulatorPort = PortOption("--simulator-port", 7072, "The Salesforce simulator's port; 0 for any free one.");
    private readonly Option<string?> _key = new("--key") { Description = "Require this function key, as Azure does. Default: no key." };

    private readonly Option<int[]> _azuritePorts = new("--azurite-ports")
    {
        Description = "Azurite's ports for blobs, queues and tables, such as 10000,10001,10002; 0 for any free one.",
        DefaultValueFactory = _ => [0, 0, 0],
        CustomParser = ParsePorts,
    };

    private readonly Option<string?> _azuriteData = new("--azurite-data")
    {
        Description = "The folder in which Azurite keeps its data. Default: in memory.",
    };

    private readonly Option<string?> _storage = new("--storage")
    {
        Description = "The connection string of a running storage to use instead of Azurite.",
    };

    private readonly Option<Uri?> _salesforce = new("--salesforce")
    {
        Description = "The URL of a running simulated org to use instead of a new one.",
        CustomParser = ParseUrl,
    };

    private readonly Option<Uri?> _org = new("--org")
    {
        Description = "The URL of a real org to use instead of a simulated one. Asks for the client id and secret of its External Client App, and makes no pass.",
        CustomParser = ParseOrg,
    };

    private readonly Option<string> _login = new Option<string>("--login")
    {
        Description = "How the app logs in: client-credentials, or jwt, with a key that the vault signs by and no secret anywhere.",
        DefaultValueFactory = _ => OrgOptions.ClientCredentialsLogin,
    }.AcceptOnlyFromAmong(OrgOptions.ClientCredentialsLogin, OrgOptions.JwtLogin);

    private readonly Option<bool> _events = new("--events")
    {
        Description = "Serve the org's Pub/Sub API, and receive changes of accounts and the platform event Order__e on the queue salesforce-events.",
    };

    private readonly Option<string?> _app = new("--app")
    {
        Description = "The folder of the app, such as the output of dotnet publish. Default: the build output.",
        CustomParser = argument => Path.GetFullPath(argument.Tokens.Single().Value),
    };

    private readonly Option<TimeSpan> _queueLease = new("--queue-lease")
    {
        Description = "The time after which a message is redelivered after a crash, such as 00:00:05. Default: 10 minutes, as on Azure.",
        DefaultValueFactory = _ => FunctionsHostOptions.HostsQueueLease,
        CustomParser = ParseLease,
    };

    private readonly Option<Dictionary<string, string?>> _settings = new("--settings")
    {
        Description = "An app setting, as NAME=VALUE. Can be repeated.",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = ParseSettings,
    };

    public bool Once(ParseResult arguments) => arguments.GetValue(_once);

    public bool NoPass(ParseResult arguments) => arguments.GetValue(_noPass) || arguments.GetValue(_org) is not null;

    public bool List(ParseResult arguments) => arguments.GetValue(_list);

    public bool Quiet(ParseResult arguments) => arguments.GetValue(_quiet);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _once, _noPass, _quiet, _list, _port, _simulatorPort, _key, _azuritePorts, _azuriteData, _storage, _salesforce, _org, _login, _events, _app, _queueLease, _settings,
        })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_once) && result.GetValue(_noPass))
            {
                result.AddError("--once exits after the pass, and --no-pass skips the pass: use only one of them.");
            }

            if (IsGiven(result, _org) && (result.GetValue(_once) || IsGiven(result, _salesforce) || IsGiven(result, _simulatorPort) || IsGiven(result, _login)))
            {
                result.AddError("With --org there is no simulated org and no pass: do not use it with --once, --salesforce, --simulator-port or --login.");
            }

            if (result.GetValue(_login) == OrgOptions.JwtLogin && IsGiven(result, _salesforce))
            {
                result.AddError("With --login jwt the simulated org must know the vault's certificate: give it without --salesforce.");
            }

            if (result.GetValue(_events) && (IsGiven(result, _salesforce) || IsGiven(result, _org)))
            {
                result.AddError("--events starts an org with events: do not use it with --salesforce or --org.");
            }

            if (IsGiven(result, _storage) && (IsGiven(result, _azuritePorts) || IsGiven(result, _azuriteData)))
            {
                result.AddError("With --storage, no Azurite is started: do not use it with --azurite-ports or --azurite-data.");
            }
        });
    }

    public LocalSystemOptions Read(ParseResult arguments)
    {
        var ports = arguments.GetValue(_azuritePorts)!;
        return new LocalSystemOptions
        {
            Port = arguments.GetValue(_port),
            SimulatorPort = arguments.GetValue(_simulatorPort),
            Key = arguments.GetValue(_key),
            Azurite = new AzuriteOptions
            {
                BlobPort = ports[0],
                QueuePort = ports[1],
                TablePort = ports[2],
                DataFolder = arguments.GetValue(_azuriteData),
            },
            Storage = arguments.GetValue(_storage),
            Salesforce = arguments.GetValue(_salesforce),
            RealOrg = arguments.GetValue(_org),
            Jwt = arguments.GetValue(_login) == OrgOptions.JwtLogin,
            Events = arguments.GetValue(_events),
            AppFolder = arguments.GetValue(_app),
            QueueLease = arguments.GetValue(_queueLease),
            Settings = arguments.GetValue(_settings)!,
        };
    }

    private static bool IsGiven(SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    public static Option<int> PortOption(string name, int byDefault, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
        CustomParser = argument =>
        {
            if (TryParsePort(argument.Tokens.Single().Value, out var port))
            {
                return port;
            }

            argument.AddError($"{name} must be a number from 0 to {IPEndPoint.MaxPort}.");
            return byDefault;
        },
    };

    private static int[]? ParsePorts(ArgumentResult argument)
    {
        if (argument.Tokens.Single().Value.Split(',') is [var first, var second, var third]
            && TryParsePort(first, out var blobs) && TryParsePort(second, out var queues) && TryParsePort(third, out var tables))
        {
            return [blobs, queues, tables];
        }

        argument.AddError($"--azurite-ports must be three numbers from 0 to {IPEndPoint.MaxPort}, separated by commas.");
        return null;
    }

    private static Uri? ParseUrl(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens.Single().Value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp)
        {
            return url;
        }

        argument.AddError("--salesforce must be a URL, such as http://localhost:7072.");
        return null;
    }

    private static Uri? ParseOrg(ArgumentResult argument)
    {
        try
        {
            var url = OrgUrl.Parse(argument.Tokens.Single().Value).Origin;
            if (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback)
            {
                return url;
            }

            argument.AddError("--org must be an https URL, such as https://MyDomainName.my.salesforce.com.");
        }
        catch (FormatException exception)
        {
            argument.AddError($"--org {exception.Message}.");
        }

        return null;
    }

    private static TimeSpan ParseLease(ArgumentResult argument)
    {
        if (TimeSpan.TryParse(argument.Tokens.Single().Value, CultureInfo.InvariantCulture, out var lease)
            && lease >= ShortestLease && lease <= FunctionsHostOptions.HostsQueueLease)
        {
            return lease;
        }

        argument.AddError("--queue-lease must be a time from 00:00:02 to 00:10:00.");
        return default;
    }

    private static Dictionary<string, string?> ParseSettings(ArgumentResult argument)
    {
        var settings = new Dictionary<string, string?>();
        foreach (var text in argument.Tokens.Select(token => token.Value))
        {
            if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var end)
            {
                settings[text[..end]] = text[(end + 1)..];
            }
            else
            {
                argument.AddError($"--settings must be NAME=VALUE; got '{text}'.");
            }
        }

        return settings;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
}
