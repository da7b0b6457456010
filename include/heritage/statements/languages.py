"""The languages that names and texts on a Wikibase can be in.

A wiki refuses any other code, and with it the whole edit (`wikibase-validator-not-a-language`,
`not-recognized-language`). Codes of Wikidata's term languages, in the form that it writes them
(https://www.wikidata.org/wiki/Help:Wikimedia_language_codes/lists/all).
"""

_CODES = """
aa ab abs ace ady aeb af ak aln als am ami an ang ann anp ar arc arn arq ary arz as ase ast atj av
avk awa ay az azb ba ban bar bbc bci bcl be be-tarask be-x-old bew bfi bft bfz bg bgn bh bho bi bjn
blk bm bn bo bpy bqi br brh bs btm bug bxr ca cbk-zam cdo ce ceb ch chr chy ckb co cps cr crh
crh-cyrl crh-latn cs csb cu cv cy da dag de de-at de-ch de-formal dga din diq dsb dtp dty dv dz ee
el eml en en-ca en-gb en-us eo es es-419 es-formal et eu ext fa fat ff fi fit fj fo fon fr frc frp
frr fur fy ga gag gan gan-hans gan-hant gcr gd gl gld glk gn gom gom-deva gom-latn gor got gpe grc
gsw gu guc gur guw gv ha hak haw he hi hif hif-latn hil hr hrx hsb hsn ht hu hu-formal hy hyw ia id
ie ig igl ii ik ike-cans ike-latn ilo inh io is it iu ja jam jbo jut jv ka kaa kab kbd kbp kcg kea
kg khw ki kiu kjh kk kk-arab kk-cn kk-cyrl kk-kz kk-latn kk-tr kl km kn ko ko-kp koi kr krc kri krj
krl ks ks-arab ks-deva ksh ku ku-arab ku-latn kum kus kv kw ky la lad lb lbe lez lfn lg li lij liv
lki lld lmo ln lo loz lrc lt ltg lus luz lv lzh lzz mad mai map-bms mdf mg mh mhr mi min mk ml mn
mni mnw mo mos mr mrh mrj ms ms-arab mt mul mus mwl my myv mzn na nah nan nan-hani nap nb nds nds-nl
ne new ng nia niu nl nl-informal nmz nn no nod nog nov nqo nrm nso nv ny nys oc ojb olo om or os pa
pag pam pap pap-aw pcd pcm pdc pdt pfl pi pih pl pms pnb pnt prg ps pt pt-br pwn qu qug rgn rif rki
rm rmc rmf rmy rn ro roa-rup roa-tara rsk ru rue rup ruq rut rw rwr ryu sa sah sat sc scn sco sd sdc
sdh se sei ses sg sgs sh sh-cyrl sh-latn shi shi-latn shi-tfng shn shy shy-latn si sjd sje sk skr
skr-arab sl sli sm sma smj smn sms sn so sq sr sr-ec sr-el srn sro ss st stq sty su sv sw syl szl
szy ta tay tcy tdd te tet tg tg-cyrl tg-latn th ti tk tl tly tn to tok tpi tr trv ts tt tt-cyrl tt-latn
tum tw ty tyv tzm udm ug ug-arab ug-latn uk ur uz uz-cyrl uz-latn ve vec vep vi vls vmf vmw vo vot
vro wa wal war wls wo wuu wya xal xh xmf xsy yat yi yo yrl yue yue-hans yue-hant za zea zgh zh
zh-classical zh-cn zh-hans zh-hant zh-hk zh-min-nan zh-mo zh-my zh-sg zh-tw zh-yue zu
"""

KNOWN = frozenset(_CODES.split())
